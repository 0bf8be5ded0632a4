/** Containers of a Docker engine, which has their images: no registry is asked. */
import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import Docker from 'dockerode';
import { noSuchImage, StartFailure, type ContainerSpec, type Exit, type Runner } from './runner';

/** Its value is the process that started the container. */
const label = 'flotilla.test.aws';
const oomToldWithinMs = 1000;
const oomStepMs = 50;
const bytesPerMb = 1024 * 1024;
const killed: Exit = { code: 137, isOom: false };

/** Of the engine that DOCKER_HOST names. */
export function dockerRunner(): Runner {
  const docker = new Docker();
  return {
    async pull(image) {
      await docker
        .getImage(image)
        .inspect()
        .catch(() => {
          throw noSuchImage(image);
        });
    },
    async start(spec, tell) {
      const container = await docker.createContainer(creation(spec)).catch((error: unknown) => {
        throw new StartFailure(`CannotCreateContainerError: Error response from daemon: ${messageOf(error)}`);
      });
      try {
        await container.start();
      } catch (error) {
        const { State } = await container.inspect();
        await container.remove({ force: true });
        const reason = `CannotStartContainerError: Error response from daemon: ${messageOf(error)}`;
        throw new StartFailure(reason, State.ExitCode);
      }
      const told = follow(docker, container, tell);
      return {
        runtimeId: container.id,
        exit: exitOf(container, told).catch(() => killed),
        signal(name) {
          void container.kill({ signal: name }).catch(() => undefined);
        },
      };
    },
    async sweep() {
      for (const { Id, Labels } of await docker.listContainers({ all: true, filters: { label: [label] } })) {
        if (!existsSync(`/proc/${Labels[label] ?? ''}`)) await docker.getContainer(Id).remove({ force: true });
      }
    },
  };
}

function creation(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const memory = (spec.memoryMb ?? 0) * bytesPerMb;
  return {
    Image: spec.image,
    ...(spec.entryPoint.length === 0 ? {} : { Entrypoint: spec.entryPoint }),
    ...(spec.command.length === 0 ? {} : { Cmd: spec.command }),
    Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`),
    Labels: { [label]: String(process.pid) },
    HostConfig: { NetworkMode: 'none', Memory: memory, MemorySwap: memory, Binds: spec.binds },
  };
}

async function exitOf(container: Docker.Container, told: Promise<void>): Promise<Exit> {
  const { StatusCode } = (await container.wait()) as { StatusCode: number };
  await told;
  const isOom = await wasOom(container, StatusCode);
  await container.remove({ force: true });
  return { code: StatusCode, isOom };
}

/** Docker may hear of the kernel's deed after that of the container's end. */
async function wasOom(container: Docker.Container, code: number): Promise<boolean> {
  for (const deadline = Date.now() + oomToldWithinMs; ;) {
    const { State } = await container.inspect();
    if (State.OOMKilled || code !== killed.code || Date.now() > deadline) return State.OOMKilled;
    await sleep(oomStepMs);
  }
}

/** Returns at the end of the output. */
async function follow(docker: Docker, container: Docker.Container, tell: (line: string) => void): Promise<void> {
  const stream = await container.logs({ follow: true, stdout: true, stderr: true });
  const outputs = [new PassThrough(), new PassThrough()] as const;
  const told = [0, 0];
  docker.modem.demuxStream(stream, ...outputs);
  for (const event of ['close', 'end']) {
    stream.on(event, () => {
      for (const output of outputs) output.end();
    });
  }
  await Promise.all(
    outputs.map(async (output, at) => {
      for await (const line of createInterface({ input: output })) {
        told[at] = (told[at] ?? 0) + 1;
        tell(line);
      }
    }),
  );
  // A stream that follows may break off at the container's end, with lines untold; then they are all there to be read.
  await container.wait();
  const whole = linesOf(await container.logs({ stdout: true, stderr: true }));
  whole.forEach((lines, at) => {
    lines.slice(told[at]).forEach(tell);
  });
}

/** Of standard output and of the other one, as Docker frames them: one byte says which, four the length. */
function linesOf(framed: Buffer): string[][] {
  const texts: Buffer[][] = [[], []];
  for (let at = 0; at < framed.length;) {
    const size = framed.readUInt32BE(at + 4);
    texts[framed.readUInt8(at) - 1]?.push(framed.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return texts.map((parts) =>
    parts.length === 0 ? [] : Buffer.concat(parts).toString().replace(/\n$/, '').split('\n'),
  );
}

function messageOf(error: unknown): string {
  const body: unknown = error instanceof Error && 'json' in error ? error.json : null;
  const isTold = typeof body === 'object' && body !== null && 'message' in body;
  return isTold ? String(body.message) : String(error);
}
