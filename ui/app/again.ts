/** Parts of the program that are loaded when they are needed, and again where their files do not come: a network that changes cuts them. */
import { api } from '../api/client';
import { isOutdated } from './build';

const waitsMs = [200, 1000, 2000, 4000, 8000];

/** `load`: an `import()`. Fails as its last try does; at once where the files of this page are gone, for the server has others. */
export async function again<Module>(load: () => Promise<Module>): Promise<Module> {
  for (const ms of waitsMs) {
    try {
      return await load();
    } catch (error) {
      const info = await api.GET('/api/v6/info').catch(() => null);
      if (isOutdated(info?.data?.ui_build)) throw error;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return load();
}
