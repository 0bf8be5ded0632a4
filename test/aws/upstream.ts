/** moto, as the gateway reaches it: requests of others passed on, and calls of the emulator's own. */
import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { region } from './ecs/names';

const maxSockets = 256;
const targets = { events: 'AWSEvents', logs: 'Logs_20140328' };

type UpstreamAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

type UpstreamRequest = { method: string; path: string; headers: OutgoingHttpHeaders; body: Buffer };

export type Upstream = {
  /** Gives up when the signal says so. */
  pass: (asked: UpstreamRequest, signal: AbortSignal) => Promise<UpstreamAnswer>;
  /** Throws where the answer is an error. */
  call: (service: keyof typeof targets, operation: string, input: object) => Promise<void>;
  close: () => void;
};

export function createUpstream(endpoint: string): Upstream {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets });
  const send = ({ body, headers, ...asked }: UpstreamRequest, signal?: AbortSignal): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => {
      const options = { hostname, port, agent, ...asked, headers: { ...headers, 'content-length': body.length } };
      const sent = request({ ...options, ...(signal === undefined ? {} : { signal }) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          // How moto keeps its connections is not for those of the client.
          delete response.headers.connection;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return {
    pass: send,
    async call(service, operation, input) {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${targets[service]}.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=test/20200101/${region}/${service}/aws4_request`,
      };
      const body = Buffer.from(JSON.stringify(input));
      const answer = await send({ method: 'POST', path: '/', headers, body });
      if (answer.status !== 200) throw new Error(messageOf(answer.body.toString()));
    },
    close() {
      agent.destroy();
    },
  };
}

function messageOf(text: string): string {
  return /"message":\s*"([^"]*)"/i.exec(text)?.[1] ?? text;
}
