/** Parts of the program that are loaded when they are needed, and again where their files do not come: a network that changes cuts them. */
import { api } from '../api/client';
import { isOutdated } from './build';

const waitsMs = [200, 1000, 2000, 4000, 8000];
const answerMs = 3000;
/** Where the server answers, and a file does not come: browsers may remember that it failed (Chrome did before 156). */
const mostWhileReached = 3;

/** `load`: an `import()`. Fails as its last try does; at once where the files of this page are gone, for the server has others. */
export async function again<Module>(load: () => Promise<Module>): Promise<Module> {
  let reached = 0;
  for (const ms of waitsMs) {
    try {
      return await load();
    } catch (error) {
      const info = await api.GET('/api/v6/info', { signal: AbortSignal.timeout(answerMs) }).catch(() => null);
      if (info !== null) reached += 1;
      if (reached === mostWhileReached || isOutdated(info?.data?.ui_build)) throw error;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return load();
}
