/** Looks at containers past all of our code: the judge of tests. */
import Docker from 'dockerode';

export const dockerRun = {
  /** How often anything of the run was started: lines in a file that its containers wrote, over all of its containers. */
  async startsOf(runId: string, file: string): Promise<number> {
    const docker = new Docker();
    const all = await docker.listContainers({ all: true, filters: { label: [`flotilla.run_id=${runId}`] } });
    let lines = 0;
    for (const { Id } of all) {
      const archive = await docker.getContainer(Id).getArchive({ path: file });
      const chunks: Buffer[] = [];
      for await (const chunk of archive) chunks.push(Buffer.from(chunk as Uint8Array));
      // A tar of one small file: a header of 512 bytes, then its text.
      lines += Buffer.concat(chunks).subarray(512).toString('utf8').split('started\n').length - 1;
    }
    return lines;
  },

  /** Whether anything of the run still runs. */
  async isRunning(runId: string): Promise<boolean> {
    const docker = new Docker();
    return (await docker.listContainers({ filters: { label: [`flotilla.run_id=${runId}`] } })).length > 0;
  },
};
