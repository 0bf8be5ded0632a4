/** What runs a task's containers. */

export type ContainerSpec = {
  name: string;
  image: string;
  entryPoint: string[];
  command: string[];
  env: Record<string, string>;
  memoryMb: number | null;
  /** `/path/of/the/host:/path/inside` or the same with `:ro`. */
  binds: string[];
};

export type Exit = { code: number; isOom: boolean };

export type Running = {
  runtimeId: string;
  /** Never rejects. */
  exit: Promise<Exit>;
  signal: (name: 'SIGTERM' | 'SIGKILL') => void;
};

export type Runner = {
  /** Throws StartFailure where there is no such image. */
  pull: (image: string) => Promise<void>;
  /** Throws StartFailure. `tell` gets each line of its output, all of them before its exit. */
  start: (container: ContainerSpec, tell: (line: string) => void) => Promise<Running>;
  /** Ends what a process of ours that was killed has left. */
  sweep: () => Promise<void>;
};

/** A container that does not come to run: ECS shows `reason` with it. */
export class StartFailure extends Error {
  readonly reason: string;
  readonly exitCode: number | null;

  constructor(reason: string, exitCode: number | null = null) {
    super(reason);
    this.reason = reason;
    this.exitCode = exitCode;
  }
}

export function noSuchImage(image: string): StartFailure {
  return new StartFailure(
    `CannotPullContainerError: Error response from daemon: pull access denied for ${image}, repository does not exist or ` +
      `may require 'docker login': denied: requested access to the resource is denied`,
  );
}
