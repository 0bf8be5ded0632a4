/** The table from Docker's words to sights and outcomes. Pure. */
import type { Outcome } from '../../domain/outcome';
import type { Sight } from '../engine';

/** The part of Docker's `State` (container inspect) that decides. */
export type DockerState = {
  Status: string;
  ExitCode: number;
  OOMKilled: boolean;
  Error?: string;
  StartedAt: string;
  FinishedAt: string;
};

const bytesPerMb = 1024 * 1024;

/** `memoryBytes`: the container's limit, 0 for none. */
export function sightOf(state: DockerState, memoryBytes: number): Sight {
  switch (state.Status) {
    case 'created':
      // A start that failed leaves the container `created`, with an exit code and the runtime's sentence.
      return state.ExitCode === 0
        ? { kind: 'waiting', why: null }
        : { kind: 'ended', end: { outcome: startFailure(state), startedAt: null, finishedAt: null } };
    case 'running':
    case 'paused':
    case 'restarting':
      return { kind: 'running', startedAt: Date.parse(state.StartedAt) };
    case 'removing':
      return { kind: 'waiting', why: null };
    case 'exited':
      return {
        kind: 'ended',
        end: {
          outcome: exit(state, memoryBytes),
          startedAt: timeOrNull(state.StartedAt),
          finishedAt: timeOrNull(state.FinishedAt),
        },
      };
    case 'dead':
      return {
        kind: 'ended',
        end: {
          outcome: {
            kind: 'lost',
            why: `Docker could not clean up the container: ${sentence(state.Error ?? '') || 'dead'}`,
          },
          startedAt: timeOrNull(state.StartedAt),
          finishedAt: timeOrNull(state.FinishedAt),
        },
      };
    default:
      throw new Error(`Docker shows a container state that is not known: ${state.Status}`);
  }
}

/** 126, 127 and 128: Docker could create the container, but not start its command. */
function startFailure(state: DockerState): Outcome {
  return { kind: 'cannot-start', code: state.ExitCode, why: sentence(state.Error ?? '') || 'Docker gave no reason' };
}

function exit(state: DockerState, memoryBytes: number): Outcome {
  // Docker sets the flag for any process of the container: only with 137 was it the command itself (§10.4, 46 and 47).
  if (state.OOMKilled && state.ExitCode === 137) {
    return { kind: 'oom', limitMb: memoryBytes === 0 ? null : Math.round(memoryBytes / bytesPerMb) };
  }
  return {
    kind: 'exited',
    code: state.ExitCode,
    ...(state.OOMKilled && state.ExitCode !== 0 ? { childOom: true } : {}),
  };
}

/** Why no container could be made, by Docker's HTTP status and message; null where it is Docker's own trouble. */
export function refusal(image: string, doing: 'pull' | 'create', status: number, message: string): Outcome | null {
  if (/invalid reference format|must be lowercase/.test(message)) {
    return { kind: 'not-started', why: `Invalid image name ${image}`, mend: 'never' };
  }
  const said = sentence(message) || 'Docker gave no reason';
  if (doing === 'create') return status === 400 ? { kind: 'not-started', why: said, mend: 'never' } : null;
  if (status === 404 || /not found|manifest unknown|does not exist|requested access to the resource/i.test(message)) {
    return { kind: 'not-started', why: `Image ${image} not found or not pullable: ${said}`, mend: 'unlikely' };
  }
  if (/unauthorized|authentication required|denied/i.test(message)) {
    return { kind: 'not-started', why: `Not authorised to pull ${image}: ${said}`, mend: 'likely' };
  }
  return { kind: 'not-started', why: `Image ${image} could not be pulled: ${said}`, mend: 'likely' };
}

/** So long after it was made, a container that never started may still be started by its submit. */
const startableMs = 86_400_000;

/** When the container may go, ms since the epoch: `keepSeconds` after its end, or, where it has none, after it was made. */
export function keptUntil(
  { Status, FinishedAt }: Pick<DockerState, 'Status' | 'FinishedAt'>,
  created: string,
  keepSeconds: number,
): number {
  const keepMs = keepSeconds * 1000;
  const finishedAt = timeOrNull(FinishedAt);
  if (finishedAt !== null) return finishedAt + keepMs;
  return Date.parse(created) + (Status === 'created' ? Math.max(keepMs, startableMs) : keepMs);
}

/** Docker's message without its prefixes and line ends. */
export function sentence(message: string): string {
  return message
    .replace(/^\(HTTP code \d+\) [^-]*- /, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Docker's zero time means "never". */
function timeOrNull(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}
