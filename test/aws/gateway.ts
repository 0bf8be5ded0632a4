/** One endpoint for every service: ECS here, the rest passed on. Counts calls, checks them against AWS's models, makes trouble. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from './ecs/errors';
import type { TestEcs } from './ecs/index';
import type { ServiceModel } from './model';
import { refusalOf, type Trouble } from './trouble';
import type { Upstream } from './upstream';

/** Prefix of the header x-amz-target to service. */
const services: Partial<Record<string, string>> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  AmazonSQS: 'sqs',
  Logs_20140328: 'logs',
  AWSEvents: 'events',
};
const usualDelayMs = 1000;
/** No client finds its connection just closed. */
const keptMs = 600_000;
const usualType = 'application/x-amz-json-1.1';

type Call = {
  service: string;
  operation: string;
  /** Null where the service's protocol is not JSON. */
  input: unknown;
  /** That its answer is checked against. */
  model: ServiceModel | null;
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
  isLost: boolean;
};

export function createGateway(of: {
  ecs: TestEcs;
  upstream: Upstream;
  /** Null for a service whose calls are not checked. */
  modelOf: (service: string) => Promise<ServiceModel | null>;
  trouble: Trouble;
  /** By `service.Operation`; what came of it stands behind a space: `ecs.RunTask lost`. */
  calls: Map<string, number>;
  /** Requests and answers that AWS's models do not allow. */
  violations: string[];
}): Server {
  const count = (what: string): void => {
    of.calls.set(what, (of.calls.get(what) ?? 0) + 1);
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { service, operation, isJson } = addresseeOf(request, body);
    const name = `${service}.${operation}`;
    count(name);
    const fault = of.trouble.next(service, operation);
    if (fault !== null) count(`${name} ${fault.kind}`);
    if (fault?.kind === 'throttle' || fault?.kind === 'error') {
      const refusal = refusalOf(fault.kind, service, isJson);
      send(request, response, refusal.status, refusal.body, isJson ? undefined : 'text/xml');
      return;
    }
    if (fault?.kind === 'delay') await sleep(fault.delayMs ?? usualDelayMs);
    const model = await of.modelOf(service);
    const input: unknown = isJson ? JSON.parse(body.toString() || '{}') : null;
    const wrong = (isJson ? model?.request(operation, input) : model?.form(body.toString())) ?? [];
    if (wrong.length > 0) {
      of.violations.push(...wrong.map((sentence) => `request ${service} ${sentence}`));
      const type = service === 'ecs' ? 'InvalidParameterException' : 'SerializationException';
      send(request, response, 400, JSON.stringify({ __type: type, message: wrong.join('; ') }));
      return;
    }
    const call: Call = {
      service,
      operation,
      input,
      model: isJson ? model : null,
      request,
      response,
      body,
      isLost: fault?.kind === 'lost',
    };
    if (isForgedEvent(call)) send(request, response, 200, notAuthorized(call.input as PutEvents));
    else if (service === 'ecs') answerEcs(call);
    else await pass(call);
  }

  function answerEcs({ operation, input, model, request, response, isLost }: Call): void {
    let status = 200;
    let answer: object;
    try {
      answer = of.ecs.handle(operation, input as object);
      const wrong = model?.answer(operation, answer) ?? [];
      of.violations.push(...wrong.map((sentence) => `answer ecs ${sentence}`));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      status = error.status;
      answer = { __type: error.code, message: error.message, ...error.members };
      count(`ecs.${operation} ${error.code}`);
    }
    if (isLost) request.socket.destroy();
    else send(request, response, status, JSON.stringify(answer));
  }

  async function pass({ service, operation, model, request, response, body, isLost }: Call): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const asked = { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers, body };
    const answer = await of.upstream.pass(asked, gone.signal);
    if (model !== null && answer.status === 200) {
      const wrong = model.answer(operation, JSON.parse(answer.body.toString() || '{}'));
      of.violations.push(...wrong.map((sentence) => `answer ${service} ${sentence}`));
    }
    if (isLost) request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(request.method === 'HEAD' ? undefined : answer.body);
  }

  return createServer({ keepAliveTimeout: keptMs }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      // Who asked may be gone: a long poll that was given up.
      if (request.socket.destroyed) return;
      of.violations.push(`the gateway broke off: ${String(error)}`);
      send(request, response, 500, JSON.stringify({ __type: 'ServerException', message: String(error) }));
    });
  });
}

/** By the header of the JSON protocols, else by the signature; other operations go by method and path, or `Action`. */
function addresseeOf(request: IncomingMessage, body: Buffer): { service: string; operation: string; isJson: boolean } {
  const [prefix = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const service = services[prefix];
  if (service !== undefined) return { service, operation, isJson: true };
  const scope = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
  const action = /(?:^|&)Action=(\w+)/.exec(body.subarray(0, 1000).toString())?.[1];
  const path = request.url?.split('?')[0] ?? '/';
  return { service: scope?.[1] ?? 'unknown', operation: action ?? `${request.method ?? 'GET'} ${path}`, isJson: false };
}

type PutEvents = { Entries: { Source?: string }[] };

/** Events of AWS's own services come from AWS alone. */
function isForgedEvent({ service, operation, input }: Call): boolean {
  if (service !== 'events' || operation !== 'PutEvents') return false;
  return (input as PutEvents).Entries.some(({ Source }) => Source?.startsWith('aws.') === true);
}

function notAuthorized({ Entries }: PutEvents): string {
  const refused = { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  return JSON.stringify({ FailedEntryCount: Entries.length, Entries: Entries.map(() => refused) });
}

function send(request: IncomingMessage, response: ServerResponse, status: number, body: string, type?: string): void {
  const headers = {
    'content-type': type ?? request.headers['content-type'] ?? usualType,
    'x-amzn-requestid': randomUUID(),
  };
  response.writeHead(status, headers).end(body);
}
