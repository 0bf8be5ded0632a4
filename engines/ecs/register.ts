/** Task definitions, registered when first needed, by their content: once over all workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ECSClient,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { awsError, sentence } from './refusal';
import type { TaskDefinitionStore } from './stores';
import { contentHash } from './task-definition';

/** By this tag a registration is found whose answer was lost. */
const hashTag = 'flotilla-content';
/** Longer than a registration takes. One that waits long for its turn may be made twice: a superfluous revision, no more. */
const leaseSeconds = 60;
const askAgainMs = 250;
const waitAtMostMs = 120_000;
const remembered = 10_000;

type Definition = RegisterTaskDefinitionCommandInput;

export class Definitions {
  /** By hash: registered, or about to be. */
  private readonly known = new Map<string, Promise<string>>();
  private readonly clients: { ecs: ECSClient; ecsOnce: ECSClient };
  private readonly store: TaskDefinitionStore;
  private readonly prepare: () => Promise<void>;

  /** `prepare` is called before anything is registered. */
  constructor(
    clients: { ecs: ECSClient; ecsOnce: ECSClient },
    store: TaskDefinitionStore,
    prepare: () => Promise<void>,
  ) {
    this.clients = clients;
    this.store = store;
    this.prepare = prepare;
  }

  /** The ARN of an active task definition with this content. `definitionId`: whose it is. */
  arnOf(definition: Definition, definitionId: string): Promise<string> {
    const hash = contentHash(definition);
    const known = this.known.get(hash);
    if (known !== undefined) return known;
    const arn = this.settled(hash, definition, definitionId);
    this.known.set(hash, arn);
    arn.catch(() => this.known.delete(hash));
    const [oldest] = this.known.keys();
    if (this.known.size > remembered && oldest !== undefined) this.known.delete(oldest);
    return arn;
  }

  /** AWS says that it is inactive: the next one who asks registers it anew. */
  async forget(definition: Definition, arn: string): Promise<void> {
    const hash = contentHash(definition);
    this.known.delete(hash);
    await this.store.forget(hash, arn);
  }

  private async settled(hash: string, definition: Definition, definitionId: string): Promise<string> {
    const until = Date.now() + waitAtMostMs;
    while (Date.now() < until) {
      const arn = await this.store.get(hash);
      if (arn !== null) return arn;
      const claim = await this.store.claim(hash, definitionId, leaseSeconds);
      if (claim !== null) return this.claimed(hash, definition, claim.again);
      await sleep(askAgainMs);
    }
    throw new Error(`another worker is still registering the task definition ${definition.family ?? ''}`);
  }

  private async claimed(hash: string, definition: Definition, again: boolean): Promise<string> {
    try {
      await this.prepare();
      const arn = (again ? await this.find(hash, definition) : null) ?? (await this.register(hash, definition));
      await this.store.put(hash, arn);
      return arn;
    } catch (error) {
      await this.store.release(hash).catch(() => undefined);
      throw error;
    }
  }

  /** Once: an answer that was lost is looked for by whoever claims it next. */
  private async register(hash: string, definition: Definition): Promise<string> {
    const input = { ...definition, tags: [{ key: hashTag, value: hash }] };
    const { taskDefinition } = await this.clients.ecsOnce.send(new RegisterTaskDefinitionCommand(input));
    const arn = taskDefinition?.taskDefinitionArn;
    if (arn === undefined) throw new Error('RegisterTaskDefinition told no ARN');
    return arn;
  }

  private async find(hash: string, { family }: Definition): Promise<string | null> {
    try {
      const asked = new DescribeTaskDefinitionCommand({ taskDefinition: family, include: ['TAGS'] });
      const { taskDefinition, tags = [] } = await this.clients.ecs.send(asked);
      const isIt = tags.some(({ key, value }) => key === hashTag && value === hash);
      return isIt && taskDefinition?.status === 'ACTIVE' ? (taskDefinition.taskDefinitionArn ?? null) : null;
    } catch (thrown) {
      const error = awsError(thrown);
      if (error.name === 'ClientException') return null;
      throw new Error(sentence(error));
    }
  }
}
