/** Says what a long step is doing while it is doing it, so that it does not look hung. */

const sayEveryMs = 5000;

export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const began = Date.now();
  const say = setInterval(() => {
    console.log(`  … ${what}: ${Math.round((Date.now() - began) / 1000)} s`);
  }, sayEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(say);
  }
}
