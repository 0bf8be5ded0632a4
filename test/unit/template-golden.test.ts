/** Templates against real Go: test/template/golden.json has what text/template and sprig 2.22 make of each case. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from '../../templates/render';
import { TemplateError } from '../../templates/value';

type Case = { template: string; output?: string; error?: string };
type Golden = { data: unknown; groups: Record<string, Case[]> };

const folder = join(__dirname, '../template');
const saved = readFileSync(join(folder, 'golden.json'), 'utf8');
const { data, groups } = JSON.parse(saved) as Golden;
const cases = Object.values(groups).flat();

const renderCase = (template: string): string => render(template, data, { nowMs: 0, maxOutputBytes: 100_000 });

test('there are at least 150 cases, errors among them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect(cases.filter(({ error }) => error !== undefined).length).toBeGreaterThan(20);
});

/** Null where there is no Go, or its modules cannot be had. */
function renderByGo(): string | null {
  const env = { ...process.env, TZ: 'UTC', GOFLAGS: '-mod=readonly' };
  const { status, stdout, stderr } = spawnSync('go', ['run', '.'], {
    cwd: folder,
    env,
    input: saved,
    encoding: 'utf8',
  });
  if (status !== 0 && process.env['CI'] !== undefined) throw new Error(`Go is needed for these tests: ${stderr}`);
  return status === 0 ? stdout : null;
}

test('real Go renders what is saved of it, where there is Go', () => {
  const rendered = renderByGo();
  if (rendered === null) console.warn('no Go here: templates are compared with its saved answers alone');
  else expect(JSON.parse(rendered)).toEqual(JSON.parse(saved));
});

describe.each(Object.entries(groups))('%s', (_, group) => {
  test.each(group.filter(({ output }) => output !== undefined))('$template', ({ template, output }) => {
    expect(renderCase(template)).toBe(output);
  });

  const refused = group.filter(({ error }) => error !== undefined);
  if (refused.length > 0) {
    test.each(refused)('refused: $template', ({ template }) => {
      expect(() => renderCase(template)).toThrow(TemplateError);
    });
  }
});
