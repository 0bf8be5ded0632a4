/** What a run's workflow remembers from one step to the next, and takes along when it continues as new. */
import { condition, continueAsNew, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { isEnding, newRun, reduce, type Phase, type RunEvent, type RunState } from '../domain/lifecycle';
import { searchAttributes, type RunInput } from './contract';
import type { run } from './run';

export class Memory {
  state: RunState;
  /** Something may have been started for the attempt. */
  touched: boolean;
  /** When the backend accepted the attempt, ms since the epoch; null while it has not. */
  acceptedAt: number | null;
  queuedAt: number;
  pollSeconds: number;
  /** Attempts for which there was no room: they use up no budget but the queue's. */
  unplaced: number;
  /** A submit whose answer is still out. */
  inFlight: Promise<void> | null = null;
  private shown: Phase;
  private readonly input: RunInput;

  constructor(input: RunInput) {
    const { carried, policy } = input;
    this.input = input;
    // What an older version carried may lack what is known by now.
    this.state = { ...newRun, ...carried?.state };
    this.touched = carried?.touched ?? false;
    this.acceptedAt = carried?.acceptedAt ?? null;
    this.queuedAt = carried?.queuedAt ?? Date.now();
    this.pollSeconds = carried?.pollSeconds ?? policy.poll.firstSeconds;
    this.unplaced = carried?.unplaced ?? 0;
    this.shown = this.state.phase;
  }

  tell(event: RunEvent): void {
    this.state = reduce(this.state, event);
  }

  readonly isOver = (): boolean => this.state.end !== null || isEnding(this.state);

  /** The present attempt's number among those that count. */
  get tries(): number {
    return this.state.attempt - this.unplaced;
  }

  /** The next attempt begins from nothing. `waitsOn`: still for the room that the last one had none of. */
  startOver(waitsOn: boolean): void {
    this.touched = false;
    this.acceptedAt = null;
    if (waitsOn) this.unplaced += 1;
    else this.queuedAt = Date.now();
    this.pollSeconds = this.input.policy.poll.firstSeconds;
  }

  showPhase(): void {
    if (this.shown === this.state.phase) return;
    this.shown = this.state.phase;
    upsertSearchAttributes([{ key: searchAttributes.status, value: this.shown }]);
  }

  readonly isFull = (): boolean => workflowInfo().continueAsNewSuggested && !this.isOver() && this.inFlight === null;

  /** A run of weeks must not fill its history: it goes on in a new one, with all that signals have told so far. */
  async continueIfFull(): Promise<void> {
    if (!this.isFull()) return;
    const { state, touched, acceptedAt, queuedAt, pollSeconds, unplaced } = this;
    const carried = { state, touched, acceptedAt, queuedAt, pollSeconds, unplaced };
    await continueAsNew<typeof run>({ ...this.input, carried });
  }
}

/** Returns at `atMs` (ms since the epoch) or as soon as `isReached` holds. */
export async function waitUntil(atMs: number, isReached: () => boolean): Promise<void> {
  await condition(isReached, Math.max(1, atMs - Date.now()));
}
