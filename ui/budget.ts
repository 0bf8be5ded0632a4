/** How many bytes a browser has to load, compressed, before it shows something: too many fail the build. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

type Chunk = { file: string; src?: string; isEntry?: boolean; imports?: string[]; css?: string[] };
type Manifest = Record<string, Chunk>;

/**
 * In kB of 1,000 bytes, gzip -9. A first load is that of a page that people begin at; the others are what comes on top of it, and of
 * the page that leads there, by the modules that are loaded when they are needed.
 */
const budgets = [
  { name: 'first load, tasks', modules: ['index.html', 'tasks/TaskListPage.tsx'], after: [], limit: 250 },
  { name: 'first load, runs', modules: ['index.html', 'runs/RunListPage.tsx'], after: [], limit: 250 },
  { name: 'first load, a run', modules: ['index.html', 'run/RunPage.tsx'], after: [], limit: 250 },
  { name: 'log', modules: ['log/LogTab.tsx'], after: ['run/RunPage.tsx'], limit: 20 },
  {
    name: 'form',
    modules: ['tasks/TaskFormPage.tsx', 'form/editor.ts'],
    after: ['tasks/TaskListPage.tsx', 'tasks/TaskPage.tsx'],
    limit: 140,
  },
  {
    name: 'template',
    modules: ['templates/TemplateLaunchPage.tsx', 'templates/SchemaForm.tsx'],
    after: ['templates/TemplateListPage.tsx', 'templates/TemplatePage.tsx'],
    limit: 190,
  },
] as const;

export type Weight = { name: string; kB: number; limit: number };

/** `folder`: what the build has made, with its manifest. */
export function weights(folder: string): Weight[] {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest;
  return budgets.map(({ name, modules, after, limit }) => {
    const there = after.length === 0 ? new Set() : filesOf(manifest, ['index.html', ...after]);
    const files = [...filesOf(manifest, modules)].filter((file) => !there.has(file));
    const bytes = files.map((file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);
    return { name, kB: bytes.reduce((sum, one) => sum + one, 0) / 1000, limit };
  });
}

/** Of modules and of all that they import at once. */
function filesOf(manifest: Manifest, modules: readonly string[]): Set<string> {
  const [files, seen] = [new Set<string>(), new Set<string>()];
  const add = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The build has no module ${key}: is it loaded lazily still?`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    chunk.imports?.forEach(add);
  };
  modules.forEach(add);
  return files;
}
