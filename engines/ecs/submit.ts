/**
 * Starting an attempt's task, once. The request's token makes AWS answer it once: the same token after a lost or unclear answer, a
 * new one after each definite refusal for want of room. A token does not hold for ever; what is still unclear then is looked for by
 * `startedBy`, and asked for again only by proof that nothing came of it (engine-behaviour.md §1.9 and §9.2, R4).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RunTaskCommand, type ECSClient, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { LRUCache } from 'lru-cache';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import { endWithoutTimes, type SubmitContext, type Submission } from '../engine';
import { shownWithinMs, type Lookup } from './lookup';
import { sightOf } from './outcome';
import { awsError, isUnclear, judge, judgeFailures, never, sentence } from './refusal';
import type { Definitions } from './register';
import { runTaskInput } from './run-task';
import type { EcsSettings } from './settings';
import type { Stop } from './stop';
import type { Doubt, TaskRef, TaskStore } from './stores';
import { impossible, sizeOf, split } from './task-definition';

/** Well below the hour after its task's end that a token lives for at least. */
const tokenHoldsMs = 3_000_000;
/** ECS lists ended tasks for an hour: what was made earlier may be listed no more. */
const listedForMs = 3_480_000;
const notToldYet = 'ECS has not told yet whether the task was started';
/** Credentials may be rotated, rights be given: so long a refusal of who we are is no end (§10.2, 6). */
const forgiveMs = 900_000;
const rememberedRefusals = 10_000;
/** Older than this, whether it is wanted is asked for again after the start. */
const wantedHoldsMs = 1000;
/** A definition is deregistered under our hands once, not again and again. */
const definitionsPerSubmit = 3;
/** A busy service is asked again at once so often; the next tries are the caller's. */
const triesPerSubmit = 4;
const firstPauseMs = 200;

export type Parts = {
  /** Tries nothing again: what each request came to is known here. */
  ecsOnce: ECSClient;
  settings: EcsSettings;
  definitions: Definitions;
  lookup: Lookup;
  store: TaskStore;
  stop: Stop;
  /** Whether there are events, and all of them are told. */
  areEventsTold: () => Promise<boolean>;
};

type Ask = NonNullable<Awaited<ReturnType<TaskStore['ask']>>>;
type Answer = Submission | { kind: 'definition-gone' } | { kind: 'trouble'; why: string };

export function createSubmit(parts: Parts) {
  const { ecsOnce, settings, definitions, lookup, store, stop, areEventsTold } = parts;
  /** Since when AWS refuses who we are, by attempt. */
  const deniedSince = new LRUCache<string, number>({ max: rememberedRefusals });

  return async function submit(
    cluster: string,
    key: AttemptKey,
    job: Job,
    context: SubmitContext,
  ): Promise<Submission> {
    const [ref] = await store.refs([key]);
    if (typeof ref?.taskArn === 'string') return adopt(cluster, key, job, ref.taskArn, context);
    const doubt = ref?.doubt ?? null;
    const before = !ref || doubt === null ? 'clear' : await resolve(cluster, job, ref, doubt, context);
    if (typeof before !== 'string') return before;
    const isClear = before === 'clear';
    const why = impossible(job, settings);
    if (why !== null && isClear) return never(why);

    const { definition, override } = split(job, settings);
    for (let gone = 0, troubles = 0; ;) {
      const taskDefinitionArn = await definitions
        .arnOf(definition, job.source.definitionId)
        .catch((thrown: unknown) => notRegistered(thrown, cluster, key, isClear));
      if (typeof taskDefinitionArn !== 'string') return taskDefinitionArn;
      context.signal.throwIfAborted();
      const requestOf = (placementTry: number): RunTaskCommandInput =>
        runTaskInput({ cluster, key, placementTry, taskDefinitionArn }, job, override, settings);
      const answer = await start(cluster, key, job, requestOf, context);
      switch (answer.kind) {
        case 'definition-gone':
          await definitions.forget(definition, taskDefinitionArn);
          if (++gone === definitionsPerSubmit) {
            throw new Error(
              `the task definition ${definition.family ?? ''} is deregistered as soon as it is registered`,
            );
          }
          break;
        case 'trouble':
          if (++troubles === triesPerSubmit) throw new Error(answer.why);
          await sleep(Math.random() * firstPauseMs * 2 ** troubles, null, { signal: context.signal });
          break;
        case 'created':
        case 'ended':
        case 'no-capacity':
        case 'unwanted':
          return answer;
      }
    }
  };

  /** What AWS finds wrong with a definition is wrong for good; an end only where no earlier request may have made a task. */
  function notRegistered(thrown: unknown, cluster: string, key: AttemptKey, isClear: boolean): Submission {
    const error = awsError(thrown);
    const refusal = judge(error, cluster);
    if (refusal.kind === 'not-authorised') return denied(refusal.why, key, isClear);
    if (refusal.kind !== 'never' || !isClear) throw new Error(sentence(error));
    return never(refusal.why);
  }

  /**
   * What earlier requests may have come to, where their token does not tell (any more). A word: ask now; `clear`: they came to nothing,
   * `doubtful`: their token will tell.
   */
  async function resolve(
    cluster: string,
    job: Job,
    ref: TaskRef,
    doubt: Doubt,
    context: SubmitContext,
  ): Promise<Submission | 'clear' | 'doubtful'> {
    const lookedAt = Date.now();
    const isShown = lookedAt - doubt.last.getTime() > shownWithinMs;
    const sinceMs = lookedAt - doubt.since.getTime();
    const tokenHolds = sinceMs < tokenHoldsMs;
    if (tokenHolds && !isShown) return 'doubtful';
    const [found] = await lookup.find(cluster, ref);
    if (found !== undefined) return adopt(cluster, ref, job, found, context);
    if (!isShown) throw new Error(notToldYet);
    if (sinceMs > listedForMs) {
      // It may have been over for so long that it is not listed: then an event has told it.
      const allTold = await areEventsTold();
      const [now] = await store.refs([ref]);
      if (typeof now?.taskArn === 'string') return adopt(cluster, ref, job, now.taskArn, context);
      if (!allTold) {
        const outcome = { kind: 'lost', why: 'Outcome unknown: ECS did not tell in time whether it started' } as const;
        return { kind: 'ended', end: endWithoutTimes(outcome) };
      }
    }
    if (tokenHolds) await store.notMade(ref, doubt.last, null);
    else await store.refused(ref, ref.placementTry);
    return 'clear';
  }

  async function start(
    cluster: string,
    key: AttemptKey,
    job: Job,
    requestOf: (placementTry: number) => RunTaskCommandInput,
    context: SubmitContext,
  ): Promise<Answer> {
    const wantedAt = Date.now();
    const ask = await store.ask(key);
    if (ask === null) return { kind: 'unwanted' };
    let answer;
    try {
      answer = await ecsOnce.send(new RunTaskCommand(requestOf(ask.placementTry)));
    } catch (thrown) {
      return refused(thrown, cluster, key, job, ask, context);
    }
    deniedSince.delete(attemptName(key));
    const [task] = answer.tasks ?? [];
    if (task?.taskArn === undefined) {
      await store.refused(key, ask.placementTry);
      return judgeFailures(answer.failures ?? [], cluster);
    }
    // Replayed, of one that is over.
    if (task.lastStatus === 'STOPPED') return adopt(cluster, key, job, task.taskArn, context);
    const kept = await store.placed(key, task.taskArn);
    // An earlier request under another token has made one, after all that was done to find out.
    if (kept !== null && kept !== task.taskArn) {
      await stop.task(cluster, task.taskArn, 'Started twice: the first one stays');
      return adopt(cluster, key, job, kept, context);
    }
    // This process may have slept between the question and the start: then the answer is asked for again.
    const isOld = Date.now() - wantedAt > wantedHoldsMs;
    if (isOld && !(await context.wanted())) {
      await context.stopping();
      await stop.attempt(cluster, key);
      return { kind: 'unwanted' };
    }
    return created(job);
  }

  async function refused(
    thrown: unknown,
    cluster: string,
    key: AttemptKey,
    job: Job,
    { placementTry, at, earlier }: Ask,
    context: SubmitContext,
  ): Promise<Answer> {
    const error = awsError(thrown);
    const refusal = judge(error, cluster);
    if (!isUnclear(error) && refusal.kind !== 'conflict') await store.notMade(key, at, earlier);
    if (refusal.kind === 'platform') return { kind: 'trouble', why: sentence(error) };
    if (refusal.kind === 'not-authorised') return denied(refusal.why, key, earlier === null);
    deniedSince.delete(attemptName(key));
    // An earlier request may have made a task all the same.
    if (refusal.kind === 'conflict' || earlier !== null) {
      const arns = refusal.kind === 'conflict' ? refusal.taskArns : [];
      const [found] = arns.length > 0 ? arns : await lookup.find(cluster, key);
      if (found !== undefined) return adopt(cluster, key, job, found, context);
      const isShown = earlier === null || Date.now() - earlier.last.getTime() > shownWithinMs;
      if (!isShown && refusal.kind !== 'no-capacity') return { kind: 'trouble', why: notToldYet };
    }
    switch (refusal.kind) {
      case 'conflict':
        if (earlier === null) return never('Submission conflict');
        // What its token was used for came to nothing.
        await store.refused(key, placementTry);
        return { kind: 'trouble', why: sentence(error) };
      case 'never':
        return never(refusal.why);
      case 'definition-gone':
      case 'no-capacity':
        return refusal;
    }
  }

  /** Throws while it may be mended. */
  function denied(why: string, key: AttemptKey, isClear: boolean): Submission {
    const name = attemptName(key);
    const since = deniedSince.get(name) ?? Date.now();
    deniedSince.set(name, since);
    if (!isClear || Date.now() - since < forgiveMs) throw new Error(why);
    return never(why);
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
    // It exists, whatever else is known: who looks at it later tells its end.
    const task = await lookup.one(cluster, taskArn).catch(() => null);
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
