/** Many small questions about a cluster, asked at about the same time, put as one. */
import { setTimeout as sleep } from 'node:timers/promises';

type Answers<Answer> = Map<string, Answer>;

export class Gather<Answer> {
  private readonly withinMs: number;
  private readonly askAll: (cluster: string, keys: Set<string>) => Promise<Answers<Answer>>;
  private readonly open = new Map<string, { keys: Set<string>; answers: Promise<Answers<Answer>> }>();

  /** Who asks within so many ms of the first one shares its question. */
  constructor(withinMs: number, askAll: (cluster: string, keys: Set<string>) => Promise<Answers<Answer>>) {
    this.withinMs = withinMs;
    this.askAll = askAll;
  }

  /** Null where the common answer has nothing for the key. */
  async ask(cluster: string, key: string): Promise<Answer | null> {
    let question = this.open.get(cluster);
    if (question === undefined) {
      const keys = new Set<string>();
      question = { keys, answers: this.askLater(cluster, keys) };
      this.open.set(cluster, question);
    }
    question.keys.add(key);
    return (await question.answers).get(key) ?? null;
  }

  private async askLater(cluster: string, keys: Set<string>): Promise<Answers<Answer>> {
    await sleep(this.withinMs);
    this.open.delete(cluster);
    return this.askAll(cluster, keys);
  }
}
