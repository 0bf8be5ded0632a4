/**
 * Gets a checkout ready and runs one of our TypeScript programs: `node bin/bootstrap.mjs bin/dev.ts …`; without a program it
 * only gets it ready. Plain JavaScript without imports of packages: it is what installs them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** A link to the pid of the program that installs, for npm would empty what another one is filling. A link is made with its content. */
const lock = join(root, '.installing');
const waitStepMs = 200;

requireNode(20, 19);
if (!isInstalled()) installOnce();

const [, , program, ...args] = process.argv;
if (program !== undefined) {
  const require = createRequire(import.meta.url);
  require('tsx/cjs/api').register();
  const file = resolve(root, program);
  process.argv = [process.argv[0], file, ...args];
  require(file);
}

function requireNode(major, minor) {
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  console.error(`Flotilla needs Node ${major}.${minor} or newer; this is ${process.versions.node}`);
  process.exit(1);
}

/** Whether node_modules holds the versions that the lock file names; what is optional may be missing, what production leaves out too. */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const production = process.env['NODE_ENV'] === 'production';
  return Object.entries(wanted).every(([path, { version, optional, dev }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? optional === true || (production && dev === true) : found.version === version;
  });
}

function installOnce() {
  if (!takeLock()) {
    console.log(`Another program installs the dependencies (if none does, remove ${lock})…`);
    do Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitStepMs);
    while (!takeLock());
  }
  let isDone = false;
  try {
    // Another one may have installed all while this one waited.
    isDone = isInstalled() || install();
  } finally {
    rmSync(lock, { force: true });
  }
  if (isDone) return;
  console.error('npm ci failed: see its output above');
  process.exit(1);
}

function takeLock() {
  try {
    symlinkSync(String(process.pid), lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const holder = holderOf();
    // Another one may have found it dead, too, and hold it by now.
    if (holder !== null && !isAlive(holder) && holderOf() === holder) rmSync(lock, { force: true });
    return false;
  }
}

/** Null: it was let go of meanwhile. */
function holderOf() {
  try {
    return Number(readlinkSync(lock));
  } catch {
    return null;
  }
}

function isAlive(pid) {
  // Of an earlier container, where numbers begin anew.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install() {
  console.log('Installing dependencies (npm ci), once…');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: 'inherit' });
  return status === 0;
}
