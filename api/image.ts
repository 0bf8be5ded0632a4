/** Whether the image of a run is there to be pulled, where this is to be checked. */
import type { ApiDeps } from './deps';
import { RequestError } from './errors';

/** Engines that may have images of their own, which no registry knows. */
const ownImages = new Set(['local']);

/** Throws RequestError 404 where the image's registry says that there is none; whatever else it says hinders no run. */
export async function requireImage({ isImageMissing }: ApiDeps, engine: string, image: string): Promise<void> {
  if (isImageMissing === null || ownImages.has(engine)) return;
  if (await isImageMissing(image)) {
    throw new RequestError(404, `image [${image}] was not found in any of the configured repositories`);
  }
}
