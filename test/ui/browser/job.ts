/** Commands of tests: they go on where a test says so, and print what it says, not what the shell does. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attemptName } from '../../../domain/id';
import { until, type Stack } from '../../stack';

/** Commands are shown as they run (engines/command.ts), but for what comes after this. */
export const quietly = '{ set +x; } 2> /dev/null';

/** For a command: nothing, until the test says `name`. */
export const untilTold = (name: string): string => `until [ -e ${name} ]; do sleep 0.05; done`;

/** Lets a run's command go on. */
export async function tell(stack: Stack, runId: string, name: string): Promise<void> {
  const file = join(folderOf(stack, runId), 'work', name);
  await until(`the command of ${runId} hears of ${name}`, () => writeFile(file, '').then(() => true as const));
}

/** All that the command of an attempt has printed. */
export function printed(stack: Stack, runId: string, attempt = 1): Promise<Buffer> {
  return readFile(join(folderOf(stack, runId, attempt), 'out.log'));
}

function folderOf(stack: Stack, runId: string, attempt = 1): string {
  return join(stack.folder, 'attempts', attemptName({ runId, attempt }));
}
