/** `helper` of benchmarks: a test AWS with a cluster. Says where it is, and of each task when the event of its end was sent. */
import { startAws } from '../test/aws/aws';
import { createCluster } from '../test/ecs/stack';
import { beHelper } from './rig';

export type AwsTold = { endpoint: string } | { runId: string; at: number };

const lookEveryMs = 5;

async function beAws(folder: string): Promise<void> {
  const tell = beHelper();
  const aws = await startAws(folder, { runner: 'process' });
  await createCluster(aws.endpoint);
  tell({ endpoint: aws.endpoint });
  const told = new Set<string>();
  setInterval(() => {
    for (const { taskArn, startedBy, toldAt } of aws.control.tasks()) {
      if (toldAt === null || told.has(taskArn)) continue;
      told.add(taskArn);
      tell({ runId: startedBy?.split('/').at(-2) ?? '', at: toldAt });
    }
  }, lookEveryMs);
}

const [folder = ''] = process.argv.slice(2);
beAws(folder).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
