/** Parts of the program that are loaded when they are needed, and again where their files do not come: a network that changes cuts them. */

const waitsMs = [200, 1000];

/** `load`: an `import()`. Fails as its last try does. The bundler does not ask again for styles: for those, the page has to be loaded anew. */
export async function again<Module>(load: () => Promise<Module>): Promise<Module> {
  for (const ms of waitsMs) {
    try {
      return await load();
    } catch (error) {
      if (error instanceof Error && error.message.includes('CSS')) throw error;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return load();
}
