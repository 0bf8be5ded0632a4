/** The line of tasks before the thread of templates: whom it serves next, and whom it turns away. */
import type { Answer, Task } from './task';

/** `busy`: more templates wait than will be rendered in good time, or the machine has no time for this one. */
export type Rendered = Answer | { busy: true };

export type Waiting = { task: Task; resolve: (rendered: Rendered) => void; reject: (error: Error) => void };

export const maxWaiting = 100;
/**
 * With the time of a task, less than the 10 s of silence after which the API closes a connection: what is accepted is told.
 * Enough for the thread to start where thirty processes wait for two cores: that takes four seconds then, else half of one.
 */
export const maxWaitMs = 6000;
const maxRemembered = 200;

export class Line {
  private readonly waiting: (Waiting & { timer: NodeJS.Timeout })[] = [];
  /** How long each template took last, by its text. */
  private readonly tookMs = new Map<string, number>();

  get length(): number {
    return this.waiting.length;
  }

  /** Resolves once the task is answered, or turned away: after a while, or at once where the line is full. */
  enter(task: Task): Promise<Rendered> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(one), 1);
        resolve({ busy: true });
      }, maxWaitMs);
      const one = { task, resolve, reject, timer };
      this.waiting.push(one);
      if (this.waiting.length > maxWaiting) this.take(-1)?.resolve({ busy: true });
    });
  }

  next(): Waiting | undefined {
    return this.take(0);
  }

  remember({ source }: Task, tookMs: number): void {
    this.tookMs.delete(source.text);
    this.tookMs.set(source.text, tookMs);
    const [oldest] = this.tookMs.keys();
    if (this.tookMs.size > maxRemembered && oldest !== undefined) this.tookMs.delete(oldest);
  }

  /**
   * The first, or the last. Those whose template was quick come before those whose was slow, so that nobody waits for more
   * than the one slow template that is being rendered, however many of its kind are asked for.
   */
  private take(index: 0 | -1): Waiting | undefined {
    const tookMs = ({ task }: Waiting): number => this.tookMs.get(task.source.text) ?? 0;
    this.waiting.sort((a, b) => tookMs(a) - tookMs(b));
    const [one] = this.waiting.splice(index, 1);
    clearTimeout(one?.timer);
    return one;
  }
}
