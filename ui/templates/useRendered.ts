/** The command that a payload gives, asked for when typing pauses; the last good one is kept. */
import { useEffect, useState } from 'react';
import { api, sentenceOf, unwrap, type Schemas } from '../api/client';

export type Rendered = { command: string | null; error: string | null; isPending: boolean };

/** When somebody who types is taken to have paused. */
export const pauseMs = 500;
/** Nothing is started, so nobody needs to say who asks. */
const nobody = 'dry-run';

/** `payload`: as JSON; null while it is wrong: then nothing is asked. */
export function useRendered(templateId: string, payload: string | null): Rendered {
  const [command, setCommand] = useState<string | null>(null);
  /** Of which payload the answer was, and what was wrong. */
  const [answered, setAnswered] = useState<{ payload: string | null; error: string | null }>({
    payload: null,
    error: null,
  });
  useEffect(() => {
    if (payload === null) return;
    const stop = new AbortController();
    const timer = window.setTimeout(() => {
      ask(templateId, payload, stop.signal).then(
        (found) => {
          setCommand(found);
          setAnswered({ payload, error: null });
        },
        (error: unknown) => {
          if (!stop.signal.aborted) setAnswered({ payload, error: sentenceOf(error) });
        },
      );
    }, pauseMs);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [templateId, payload]);
  if (payload === null) return { command, error: null, isPending: false };
  return { command, error: answered.error, isPending: answered.payload !== payload };
}

async function ask(templateId: string, payload: string, signal: AbortSignal): Promise<string> {
  const run = await unwrap(
    api.PUT('/api/v7/template/{template_id}/execute', {
      params: { path: { template_id: templateId } },
      body: {
        owner_id: nobody,
        dry_run: true,
        template_payload: JSON.parse(payload) as Schemas['TemplateLaunch']['template_payload'] & object,
      },
      signal,
    }),
  );
  return run.command;
}
