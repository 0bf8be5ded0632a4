/** The thread in which templates are checked and rendered: one task at a time, each answered. */
import { readlinkSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { answer, type Ready, type Task } from './task';

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(answer(task));
});
parentPort?.postMessage({ procFolder: procFolder() } satisfies Ready);

/** Where Linux tells of this very thread; null elsewhere. */
function procFolder(): string | null {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return null;
  }
}
