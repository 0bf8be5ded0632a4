/** Gets an image onto this machine, and tells how far it is. */
import type Docker from 'dockerode';
import type { Outcome } from '../../domain/outcome';
import type { SubmitContext } from '../engine';
import { answerMs, refusalOf, statusOf, within } from './docker-call';
import { refusal } from './docker-outcome';

const minNoteMs = 1000;
const bytesPerMb = 1024 * 1024;

/** One line of a pull. `error`, or `errorDetail` in newer engines: the pull failed, although its answer began as a 200. */
type PullEvent = {
  id?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number };
  error?: string;
  errorDetail?: { message?: string };
};

/** Pulls the image if this machine lacks it. Returns why that cannot be, or null. */
export async function ensureImage(docker: Docker, image: string, context: SubmitContext): Promise<Outcome | null> {
  // Such a name cannot even be asked for.
  if (!/^[\x21-\x7e]+$/.test(image)) return refusal(image, 'pull', 400, 'invalid reference format');
  try {
    await within(answerMs, `image ${image}`, () => docker.getImage(image).inspect());
    return null;
  } catch (error) {
    // No answer says nothing about the image.
    if (statusOf(error) === null) throw error;
    if (statusOf(error) !== 404) return refusalOf(error, image, 'pull');
  }
  context.note(`Pulling image ${image}`);
  try {
    // A pull takes as long as the attempt has time to start: its signal is the limit.
    const stream = await docker.pull(image, { abortSignal: context.signal });
    await follow(docker, stream, image, context);
    return null;
  } catch (error) {
    context.signal.throwIfAborted();
    return refusalOf(error, image, 'pull');
  }
}

async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  image: string,
  context: SubmitContext,
): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  let notedAt = Date.now();
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null) => {
        if (error) reject(error);
        else resolve();
      },
      (event: PullEvent) => {
        const failure = event.errorDetail?.message ?? event.error;
        if (failure !== undefined) reject(new Error(failure));
        const { current, total } = event.progressDetail ?? {};
        if (event.id === undefined || event.status !== 'Downloading' || !current || !total) return;
        layers.set(event.id, { current, total });
        if (Date.now() - notedAt < minNoteMs) return;
        notedAt = Date.now();
        const sum = (of: 'current' | 'total') =>
          [...layers.values()].reduce((n, layer) => n + layer[of], 0) / bytesPerMb;
        context.note(`Pulling image ${image}: ${sum('current').toFixed(0)} of ${sum('total').toFixed(0)} MB`);
      },
    );
  });
}
