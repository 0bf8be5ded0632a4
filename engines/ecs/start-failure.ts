/** Why a task's container never began: what another try may mend, and what it never will (spec/engine-behaviour.md §10.3). Pure. */
import type { Outcome } from '../../domain/outcome';
import { judgePlacement } from './placement';
import type { Container, TaskState } from './task';
import { oneLine } from '../words';

type Mend = Extract<Outcome, { kind: 'not-started' }>['mend'];

/** The agent's errors, in the container's reason on EC2 and in the task's on Fargate: `CannotPullContainerError: …`. */
const errors: [RegExp, (text: string, image: string, code: number | null) => Outcome][] = [
  [/^CannotPull\w*Error\b/, (text, image) => pull(text, image)],
  [/^ResourceInitializationError\b/, (text) => initialization(text)],
  [/^CannotCreate(?:Container|Volume)Error\b/, (text) => create(text)],
  [/^Cannot(?:Start|Inspect)ContainerError\b/, (text, _, code) => start(text, code)],
  [
    /^(?:Docker|ContainerRuntime)TimeoutError\b|^(?:HostConfig|API|Task|HostResource)\w*Error\b|no space left on device/,
    (text) => not(`Container could not start: ${text}`, 'likely'),
  ],
];

/** Null where the task's command began, or nothing is known of why it did not. */
export function startFailure(task: TaskState, main: Container | null): Outcome | null {
  if (task.startedAt !== null) return null;
  const image = main?.image ?? '';
  for (const reason of [main?.reason ?? '', task.stoppedReason]) {
    const error = errors.find(([pattern]) => pattern.test(reason));
    if (error !== undefined) return error[1](said(reason), image, main?.exitCode ?? null);
  }
  return task.stopCode === 'TaskFailedToStart' ? placement(task.stoppedReason) : null;
}

function pull(text: string, image: string): Outcome {
  if (/invalid reference format|must be lowercase/.test(text)) return not(`Invalid image name ${image}`, 'never');
  if (/toomanyrequests|rate limit|timeout|timed out|connection re|i\/o|50\d|no space left/i.test(text)) {
    return not(`Image ${image} could not be pulled: ${text}`, 'likely');
  }
  // Registries deny what they do not want to call missing.
  if (/not found|manifest unknown|does not exist|repository does not|no matching manifest/i.test(text)) {
    return not(`Image ${image} not found or not pullable: ${text}`, 'unlikely');
  }
  if (/unauthori[sz]ed|not authori[sz]ed|no basic auth|authentication|denied|forbidden|403/i.test(text)) {
    return not(`Not authorised to pull ${image}: ${text}`, 'likely');
  }
  return not(`Image ${image} could not be pulled: ${text}`, 'likely');
}

/** Fargate's own preparations: secrets, logs, volumes, the network. */
function initialization(text: string): Outcome {
  const isConfig = /AccessDenied|not authori[sz]ed|ResourceNotFound|does not exist|can't find|invalid/i.test(text);
  return not(`Task could not be prepared: ${text}`, isConfig ? 'unlikely' : 'likely');
}

function create(text: string): Outcome {
  const isConfig = /no command specified|invalid|not found|no such|unknown|bind source path|minimum memory/i.test(text);
  return not(`Container could not be created: ${text}`, isConfig && !isHosts(text) ? 'never' : 'likely');
}

/** 126, 127 and 128 as they were shown; where no code was, none is told. */
function start(text: string, code: number | null): Outcome {
  if (isHosts(text)) return not(`Container could not start: ${text}`, 'likely');
  if (/logging driver/i.test(text)) return not(`Container could not start: ${text}`, 'unlikely');
  if (code !== null && code >= 126 && code <= 128) return { kind: 'cannot-start', code, why: text };
  const isCommands =
    /executable file not found|no such file|permission denied|exec format error|not a directory|exec user process/i;
  return not(`Container could not start: ${text}`, isCommands.test(text) ? 'never' : 'likely');
}

/** ECS gave up placing it: `TaskFailedToStart: RESOURCE:MEMORY`. */
function placement(stoppedReason: string): Outcome {
  const reason = said(stoppedReason.replace(/^TaskFailedToStart:\s*/, ''));
  switch (judgePlacement(reason)) {
    case 'capacity':
      return not(`No capacity: ${reason}`, 'room');
    case 'never':
      return not(`Cannot place task: ${reason}`, 'never');
    case 'unknown':
      return not(`Task failed to start: ${reason || 'no reason given'}`, 'likely');
  }
}

/** The host's trouble, not the command's (§10.3, 35): another one may do. */
function isHosts(text: string): boolean {
  return /no space left|insufficient free space|too many open files|temporarily unavailable|timed? ?out|deadline exceeded|devmapper|already in use/i.test(
    text,
  );
}

/** Without the agent's prefix, which our own words replace. */
function said(text: string): string {
  return oneLine(text.replace(/^\w+Error:\s*(?:Error response from daemon:\s*)?/, '')) || 'no reason given';
}

function not(why: string, mend: Mend): Outcome {
  return { kind: 'not-started', why, mend };
}
