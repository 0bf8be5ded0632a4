/** Temporal's time-skipping test server: the official download, or the same from Maven where that is out of reach. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TestWorkflowEnvironment } from '@temporalio/testing';

const run = promisify(execFile);
const version = '1.32.0';
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla');

export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = join(cache, `test-server-${version}`, 'server.sh');
  if (existsSync(path)) return withProgram(path);
  try {
    return await TestWorkflowEnvironment.createTimeSkipping();
  } catch {
    await fromMaven(join(cache, `test-server-${version}`));
    return withProgram(path);
  }
}

function withProgram(path: string): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } });
}

async function fromMaven(target: string): Promise<void> {
  const folder = `${target}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>flotilla</groupId><artifactId>test-server</artifactId>
     <version>1</version><dependencies><dependency><groupId>io.temporal</groupId>
     <artifactId>temporal-test-server</artifactId><version>${version}</version></dependency></dependencies></project>`,
  );
  try {
    await run('mvn', ['-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder });
  } catch (error) {
    throw new Error('no time-skipping server: it cannot be downloaded, and Maven cannot get it', { cause: error });
  }
  const script = `#!/bin/sh\nexec java -cp '${target}/lib/*' io.temporal.testserver.TestServer "$@"\n`;
  await writeFile(join(folder, 'server.sh'), script);
  await chmod(join(folder, 'server.sh'), 0o755);
  await rename(folder, target).catch(() => undefined);
}
