/**
 * Starting an attempt's task, once. The request's token makes AWS answer it once: the same token after a lost or unclear answer, a
 * new one after each definite refusal for want of room. A token holds for an hour after its task has ended; what is still unclear
 * then is looked for by `startedBy`, and never asked for again (engine-behaviour.md §1.9 and §9.2, R4).
 */
import { RunTaskCommand, type ECSClient, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import { endWithoutTimes, type SubmitContext, type Submission } from '../engine';
import type { Lookup } from './lookup';
import { sightOf } from './outcome';
import { awsError, judge, judgeFailures, never, sentence } from './refusal';
import type { Definitions } from './register';
import { runTaskInput } from './run-task';
import type { EcsSettings } from './settings';
import type { TaskRef, TaskStore } from './stores';
import { impossible, sizeOf, split } from './task-definition';

/** ECS shows by then what it has made: its API is consistent in the end only. */
const shownWithinMs = 300_000;
/** Well below the hour that a token lives at least. */
const tokenHoldsMs = 3_000_000;
/** Credentials may be rotated, rights be given: so long a refusal of who we are is no end (§10.2, 6). */
const forgiveMs = 900_000;
/** Older than this, the answer to `wanted` is asked for again after the start. */
const wantedHoldsMs = 1000;
/** A definition is deregistered under our hands once, not again and again. */
const definitionsPerSubmit = 3;

export type Parts = {
  ecs: ECSClient;
  settings: EcsSettings;
  definitions: Definitions;
  lookup: Lookup;
  store: TaskStore;
  stop: (cluster: string, key: AttemptKey) => Promise<unknown>;
};

type Ask = NonNullable<Awaited<ReturnType<TaskStore['ask']>>>;

export function createSubmit(parts: Parts) {
  const { ecs, settings, definitions, lookup, store } = parts;

  return async function submit(
    cluster: string,
    key: AttemptKey,
    job: Job,
    context: SubmitContext,
  ): Promise<Submission> {
    const why = impossible(job, settings);
    if (why !== null) return never(why);
    const [ref] = await store.refs([key]);
    if (typeof ref?.taskArn === 'string') return adopt(cluster, key, job, ref.taskArn, context);
    const { definition, override } = split(job, settings);
    for (let n = 0; n < definitionsPerSubmit; n += 1) {
      const taskDefinitionArn = await definitions
        .arnOf(definition, job.source.definitionId)
        .catch((thrown: unknown) => notRegistered(thrown, ref));
      if (typeof taskDefinitionArn !== 'string') return taskDefinitionArn;
      const wantedAt = Date.now();
      if (!(await context.wanted())) return { kind: 'unwanted' };
      const ask = await store.ask(key);
      if (ask === null) return { kind: 'unwanted' };
      const before = await resolve(cluster, key, job, ask, context);
      if (before !== null) return before;
      const of = { cluster, key, placementTry: ask.placementTry, taskDefinitionArn };
      const submission = await start(runTaskInput(of, job, override, settings), key, job, ask, context);
      if (submission === 'definition-gone') {
        await definitions.forget(definition, taskDefinitionArn);
        continue;
      }
      // This process may have slept between the question and the start: then the answer is asked for again.
      const isOld = Date.now() - wantedAt > wantedHoldsMs;
      if (submission.kind === 'created' && isOld && !(await context.wanted())) {
        await parts.stop(cluster, key);
        return { kind: 'unwanted' };
      }
      return submission;
    }
    throw new Error(`the task definition ${definition.family ?? ''} is deregistered as soon as it is registered`);
  };

  /** What AWS finds wrong with a definition is wrong for good; an end only where no earlier request may have made a task. */
  function notRegistered(thrown: unknown, ref: TaskRef | null | undefined): Submission {
    const refusal = judge(awsError(thrown), '');
    if (refusal.kind !== 'never' || (ref?.unclearSince ?? null) !== null) throw thrown;
    return never(refusal.why);
  }

  /** What an earlier request may have come to, where its token does not tell (any more). Null: ask now. */
  async function resolve(
    cluster: string,
    key: AttemptKey,
    job: Job,
    { earlier }: Ask,
    context: SubmitContext,
  ): Promise<Submission | null> {
    const unclearMs = earlier.unclearSince === null ? 0 : Date.now() - earlier.unclearSince.getTime();
    if (unclearMs < shownWithinMs) return null;
    const lookedAt = new Date(Date.now() - shownWithinMs);
    const [found] = await lookup.find(cluster, key);
    if (found !== undefined) return adopt(cluster, key, job, found, context);
    if (unclearMs > tokenHoldsMs) {
      const outcome = { kind: 'lost', why: 'Outcome unknown: ECS did not tell in time whether it started' } as const;
      return { kind: 'ended', end: endWithoutTimes(outcome) };
    }
    await store.absent(key, lookedAt);
    return null;
  }

  async function start(
    input: RunTaskCommandInput,
    key: AttemptKey,
    job: Job,
    ask: Ask,
    context: SubmitContext,
  ): Promise<Submission | 'definition-gone'> {
    const cluster = input.cluster ?? '';
    let answer;
    try {
      answer = await ecs.send(new RunTaskCommand(input));
    } catch (thrown) {
      return refused(thrown, cluster, key, job, ask, context);
    }
    const [task] = answer.tasks ?? [];
    if (task?.taskArn !== undefined) {
      // Replayed, of one that is over.
      if (task.lastStatus === 'STOPPED') return adopt(cluster, key, job, task.taskArn, context);
      await store.placed(key, task.taskArn);
      return created(job);
    }
    await store.refused(key, ask.placementTry);
    return judgeFailures(answer.failures ?? [], cluster);
  }

  async function refused(
    thrown: unknown,
    cluster: string,
    key: AttemptKey,
    job: Job,
    { earlier, placementTry }: Ask,
    context: SubmitContext,
  ): Promise<Submission | 'definition-gone'> {
    const error = awsError(thrown);
    const refusal = judge(error, cluster);
    if (refusal.kind === 'platform') throw new Error(sentence(error));
    if (refusal.kind === 'not-authorised') {
      const sinceMs = earlier.askedAt === null ? 0 : Date.now() - earlier.askedAt.getTime();
      if (sinceMs < forgiveMs) throw new Error(refusal.why);
      return never(refusal.why);
    }
    // An earlier request may have made a task all the same.
    if (refusal.kind === 'conflict' || earlier.askedAt !== null) {
      const arns = refusal.kind === 'conflict' ? refusal.taskArns : [];
      const [found] = arns.length > 0 ? arns : await lookup.find(cluster, key);
      if (found !== undefined) return adopt(cluster, key, job, found, context);
    }
    switch (refusal.kind) {
      case 'conflict':
        return never('Submission conflict');
      case 'definition-gone':
        return 'definition-gone';
      case 'no-capacity':
        // Asked once and answered: nothing is unclear.
        if (earlier.askedAt === null && error.attempts === 1) await store.refused(key, placementTry);
        return refusal;
      case 'never':
        return never(refusal.why);
    }
  }

  /** An earlier request has made it; it may be over by now. */
  async function adopt(
    cluster: string,
    key: AttemptKey,
    job: Job,
    taskArn: string,
    context: SubmitContext,
  ): Promise<Submission> {
    await store.placed(key, taskArn);
    const task = await lookup.one(cluster, taskArn);
    const sight = task === null ? null : sightOf(task);
    if (sight?.kind !== 'ended') return created(job);
    await context.accepted();
    return { kind: 'ended', end: sight.end };
  }

  function created(job: Job): Submission {
    const size = sizeOf(job, settings);
    return { kind: 'created', ...(size === null ? {} : { memoryMb: size.memoryMb }) };
  }
}
