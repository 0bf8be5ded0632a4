/** With SAVE_HISTORIES=1 a workflow's history is kept for the replay test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import type { WorkflowHandle } from '@temporalio/client';

export async function saveHistory(handle: Pick<WorkflowHandle, 'fetchHistory'>, name: string): Promise<void> {
  if (process.env['SAVE_HISTORIES'] !== '1') return;
  const format = { bytes: String, longs: String, enums: String };
  const { History } = temporal.api.history.v1;
  const history = History.toObject(History.create(await handle.fetchHistory()), format);
  writeFileSync(join(__dirname, '../histories', `${name}.json`), JSON.stringify(history, null, 1));
}
