/** The thread in which templates are checked and rendered: one task at a time, each answered. */
import { parentPort } from 'node:worker_threads';
import { answer, type Task } from './task';

parentPort?.on('message', (task: Task) => {
  parentPort?.postMessage(answer(task));
});
parentPort?.postMessage('ready');
