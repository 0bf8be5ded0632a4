/** Events of an answer's body, as they come: their bytes may be cut anywhere, within a character too. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Whoever hears nothing for so long has lost the server: it says that it is alive every 15 s. */
export const silenceMs = 35_000;

/** Until the body ends; throws after too long a silence, and what the body throws. `onComment`: the server says that it is alive. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: EventSourceMessage) => void,
  quietMs = silenceMs,
  onComment?: () => void,
): Promise<void> {
  const parser = createParser({ onEvent, onComment });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(reader.read(), quietMs);
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // The body may be broken already; then there is nothing to give back.
    void reader.cancel().catch(() => undefined);
  }
}

function within<T>(asked: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('The server has gone silent'));
    }, ms);
    asked.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
