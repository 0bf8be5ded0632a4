/** Puts a log that never ends, and says so once some of it is stored: the test that started it kills it then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { createFolderStore } from '../../engines/eks/log-store';
import { createS3Client, createS3Store } from '../../engines/eks/s3';

const [kind, place = ''] = process.argv.slice(2);
const key = { runId: 'eks-11111111-2222-3333-4444-555555555555', attempt: 2 };
const line = `${'x'.repeat(1023)}\n`;

async function* endless(): AsyncGenerator<string> {
  // More than one part of an upload to S3.
  for (let mb = 0; mb < 20; mb += 1) yield line.repeat(1024);
  await sleep(500);
  console.log('half');
  await sleep(60_000);
}

const store =
  kind === 's3'
    ? createS3Store({ client: createS3Client(null), bucket: place, rootFolder: '' })
    : createFolderStore({ folder: place, keepSeconds: 3600 });
void store.put(key, Readable.from(endless()));
