/** An installation in which something was done of everything: what pages show when they are full. */
import type { Bed } from './bed';
import { heldJob } from './acts';
import { quietly } from './job';

export type Ids = Record<
  'task' | 'unrun' | 'done' | 'failed' | 'running' | 'cancelled' | 'silent' | 'exported' | 'template' | 'older',
  string
>;

/** Its first attempt is killed with all of its processes, before anybody could tell how it ended. */
const report = `${quietly}
if [ "$MODE" = good ]; then
  printf '\\033[32mreading\\033[0m table orders\\nreading table customers\\nwrote report.pdf, see https://reports.example/today\\n'
  exit 0
fi
if [ ! -e "$HOME/lost-once" ]; then : > "$HOME/lost-once"; echo 'reading table orders'; kill -KILL 0; fi
echo 'reading table orders'
printf '\\033[31mcannot read the input\\033[0m\\n'
exit 2`;

const cleanUp = `set -eu
./clean-up.sh --older-than "$DAYS days" /data/reports
echo "kept what is younger than $DAYS days"`;

const template = {
  ...{ template_name: 'export', image: 'ubuntu:24.04', memory: 64 },
  command_template: `${quietly}; echo exporting {{.table | squote}} {{range .columns}}{{. | squote}} {{end}}as {{.format}}`,
  schema: {
    type: 'object',
    required: ['table'],
    properties: {
      table: { type: 'string', title: 'Table', minLength: 1, description: 'Of the warehouse' },
      format: { type: 'string', title: 'Format', enum: ['csv', 'parquet'] },
      rows: { type: 'integer', title: 'Most rows', minimum: 1 },
      header: { type: 'boolean', title: 'With a header' },
      columns: { type: 'array', title: 'Columns', items: { type: 'string' } },
    },
  },
  defaults: { table: 'orders', format: 'csv', columns: ['id', 'total'] },
  env: [{ name: 'WAREHOUSE_TOKEN', value: 'not to be seen' }],
};

/** What a proxy in front tells of who somebody is. */
const longName = 'maximiliane.mustermann-beispielhausen@data-analytics.subsidiary.example.com';

/** The bed's attempts that were lost are to be tried again soon. */
export async function fill({ stack }: Bed): Promise<Ids> {
  const more = { image: 'ubuntu:24.04', group_name: 'reports' };
  const env = [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'DATABASE_PASSWORD', value: 'not to be seen' },
  ];
  const task = await stack.define(report, {
    ...{ ...more, alias: 'nightly-report', retry_on_interruption: true, tags: ['daily', 'finance'], env },
  });
  const unrun = await stack.define(cleanUp, {
    ...more,
    alias: 'clean-up',
    env: [{ name: 'DAYS', value: '7' }, ...env],
  });
  const held = await stack.define(heldJob, { ...more, alias: 'load-orders' });
  const silent = await stack.define(quietly, { ...more, alias: 'silent' });
  const others = ['archive', 'backup', 'check-links', 'digest', 'features', 'invoices', 'mails', 'metrics', 'prices'];
  const some: string[] = [];
  for (const [n, alias] of [...others, ...others.map((one) => `${one}-weekly`)].entries()) {
    const id = await stack.define(n === 3 ? 'exit 1' : 'true', {
      ...more,
      group_name: 'nightly',
      alias,
      memory: 64 + n,
    });
    if (n < 8) some.push(id);
  }
  const owned = (owner_id: string, env: { name: string; value: string }[] = []) => ({ run_tags: { owner_id }, env });
  const good = [{ name: 'MODE', value: 'good' }];
  for (const id of some) await stack.execute(id, owned('cleo'));
  const done = await stack.execute(task, owned('ann', good));
  const running = await stack.execute(held, owned('ann'));
  const failed = await stack.execute(task, owned('ben', [{ name: 'MODE', value: 'full' }]));
  const child = owned('ann', [{ name: 'PARENT_FLOTILLA_RUN_ID', value: running }]);
  const quiet = await stack.execute(silent, child);
  const cancelled = await stack.execute(held, owned('ben'));
  await stack.reaches(cancelled, ['RUNNING']);
  await stack.cancel(cancelled, longName);
  await stack.call('PUT', `/task/${task}`, { memory: 96, command: `${report}\n` });
  const older = await define(stack, { ...template, memory: 32 });
  const id = await define(stack, template);
  const export_ = await stack.call('PUT', `/../v7/template/${id}/execute`, { owner_id: 'ann', template_payload: {} });
  const { run_id: exported } = export_.body as { run_id: string };
  for (const one of [done, failed, quiet, cancelled, exported]) await stack.reaches(one, ['STOPPED']);
  await stack.reaches(running, ['RUNNING']);
  return { task, unrun, done, failed, running, cancelled, silent: quiet, exported, template: id, older };
}

async function define(stack: Bed['stack'], body: object): Promise<string> {
  const answer = await stack.call('POST', '/../v7/template', body);
  return (answer.body as { template: { template_id: string } }).template.template_id;
}
