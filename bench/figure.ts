/** A measured figure, the statistics that make one, and what earlier figures it is held against. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type Figure = { name: string; value: number; unit: string; baseline: number | null; ratio: number | null };
/** What a part measured. Without a baseline of its own it is held against the committed figure of its name. */
export type Measured = { name: string; value: number; unit: string; baseline?: number };

const root = join(__dirname, '..');
const latest = 'bench/out/latest.json';

export function compare(measured: Measured[]): Figure[] {
  const committed = new Map(committedFigures().map(({ name, value }) => [name, value]));
  return measured.map(({ name, value, unit, baseline: own }) => {
    const baseline = own ?? committed.get(name) ?? null;
    const ratio = baseline === null || baseline === 0 ? null : round(value / baseline);
    return { name, value: round(value), unit, baseline: baseline === null ? null : round(baseline), ratio };
  });
}

function committedFigures(): Figure[] {
  try {
    const text = execFileSync('git', ['show', `HEAD:${latest}`], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    return JSON.parse(text.toString('utf8')) as Figure[];
  } catch {
    return []; // nothing committed yet, or no git here
  }
}

/** Figures of parts that were not measured this time stay as they are. Returns the file's path. */
export async function write(figures: Figure[]): Promise<string> {
  const file = join(root, latest);
  const earlier = JSON.parse(await readFile(file, 'utf8').catch(() => '[]')) as Figure[];
  const kept = earlier.filter(({ name }) => figures.every((figure) => figure.name !== name));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify([...kept, ...figures], null, 2)}\n`);
  return file;
}

export function table(figures: Figure[]): string {
  const rows = [
    ['name', 'value', 'unit', 'baseline', 'ratio'],
    ...figures.map(({ name, value, unit, baseline, ratio }) => [
      name,
      String(value),
      unit,
      String(baseline ?? '-'),
      String(ratio ?? '-'),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const isNumber = [false, true, false, true, true];
  return rows
    .map((row) =>
      row.map((cell, n) => (isNumber[n] ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}

/** Nearest rank; `share` 0.5 is the median. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** Progress and diagnosis: stdout is the table's. */
export function say(text: string): void {
  console.error(text);
}
