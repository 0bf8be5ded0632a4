/** How a form of a launch is sent: one run, however often the button is pressed or an answer is lost (ui.md C5). */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { ApiError, sentenceOf } from '../api/client';
import { keys } from '../api/queries';
import { newRequestKey } from '../api/request-key';
import type { EnvRow } from '../form/env';
import { focusField } from '../form/ids';
import { refusal, rulesFrom, without, type Fault } from '../form/rules';
import { documentQuery } from '../form/schema';
import { changeSettings } from '../settings/settings';
import { inOrder, isShown, withoutKept } from './launch-form';

type Wrong = { faults: Fault[]; rest: string[] };
const nothingWrong: Wrong = { faults: [], rest: [] };

type Asked = {
  body: Record<string, unknown>;
  /** What no rule of the API's document tells. */
  faults: Fault[];
  env: readonly EnvRow[];
  owner: string;
};

type Of = {
  /** Of the schema of the body. */
  rulesName: 'Launch' | 'TemplateLaunch';
  asked: Asked;
  send: (body: Record<string, unknown>, key: string) => Promise<{ run_id: string }>;
};

/** `usedFor`: the run that the form's key stands for, where the form has changed since it was sent. */
export type Launching = {
  key: string;
  wrong: Wrong;
  usedFor: string | null;
  isPending: boolean;
  submit: () => void;
  /** Fields have been changed: what was wrong with them is forgotten. */
  changed: (fields: readonly string[]) => void;
  /** Another run than the one that the key stands for. */
  startAnother: () => void;
};

export function useLaunch({ rulesName, asked, send }: Of): Launching {
  const [key, setKey] = useState(newRequestKey);
  const [wrong, setWrong] = useState<Wrong>(nothingWrong);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  // Where it cannot be read, the API still says what is wrong.
  const { data: document } = useQuery(documentQuery);

  // The fields get the focus when they show what is wrong.
  const toFocus = useRef<string | null>(null);
  useEffect(() => {
    if (toFocus.current !== null) focusField(toFocus.current);
    toFocus.current = null;
  }, [wrong]);
  const show = ({ faults, rest }: Wrong): void => {
    const ordered = inOrder(faults);
    toFocus.current = ordered[0]?.field ?? null;
    setWrong({ faults: ordered, rest });
  };

  const launch = useMutation({
    mutationFn: (by: string) => send(asked.body, by),
    onSuccess: async (run) => {
      changeSettings({ owner: asked.owner.trim() });
      void queryClient.invalidateQueries({ queryKey: keys.runs });
      await navigate({ to: '/runs/$runId', params: { runId: run.run_id } });
    },
    onError: (error) => {
      show(error instanceof ApiError ? refused(error) : { faults: [], rest: [sentenceOf(error)] });
    },
  });
  const submit = (by: string): void => {
    // An answered one is on its way to its run.
    if (launch.isPending || launch.isSuccess) return;
    const rules = document === undefined ? null : rulesFrom(document, rulesName);
    const faults = [...asked.faults, ...withoutKept(rules?.(asked.body) ?? [], asked.env)];
    show({ faults, rest: [] });
    if (faults.length === 0) launch.mutate(by);
  };
  return {
    key,
    wrong,
    usedFor: launch.error instanceof ApiError && launch.error.status === 422 ? runIn(launch.error.message) : null,
    isPending: launch.isPending,
    submit: () => {
      submit(key);
    },
    changed: (fields) => {
      setWrong((now) => ({ faults: without(now.faults, fields), rest: [] }));
    },
    startAnother: () => {
      const fresh = newRequestKey();
      setKey(fresh);
      submit(fresh);
    },
  };
}

function refused(error: ApiError): Wrong {
  if (error.status !== 0) return refusal(error, isShown);
  const kept =
    'Nothing that you typed is lost. Send it again when you are online: it starts one run, no matter how often.';
  return { faults: [], rest: [error.message, kept] };
}

/** Which run the API says that a key was used for. */
function runIn(message: string): string | null {
  return /which started (\S+)$/.exec(message)?.[1] ?? null;
}
