/** How a form of a launch is sent: one run, however often the button is pressed or an answer is lost (ui.md C5). */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ApiError, sentenceOf } from '../api/client';
import { keys } from '../api/queries';
import { newRequestKey } from '../api/request-key';
import type { EnvRow } from '../form/env';
import { refusal, rulesFrom, type Fault } from '../form/rules';
import { documentQuery } from '../form/schema';
import { useWrong, type UseWrong, type Wrong } from '../form/useWrong';
import { changeSettings } from '../settings/settings';
import { inOrder, isShown, withoutKept } from './launch-form';

type Asked = {
  body: Record<string, unknown>;
  /** What no rule of the API's document tells. */
  faults: Fault[];
  env: readonly EnvRow[];
  owner: string;
  /** Something has been typed that would be lost. */
  isTouched: boolean;
};

type Of = {
  /** Of the schema of the body. */
  rulesName: 'Launch' | 'TemplateLaunch';
  /** Where that body has the owner; all else is called as in the form. */
  ownerField: string;
  asked: Asked;
  send: (body: Record<string, unknown>, key: string) => Promise<{ run_id: string }>;
};

/** `usedFor`: the run that the form's key stands for, where the form has changed since it was sent. */
export type Launching = Pick<UseWrong, 'wrong' | 'forget'> & {
  key: string;
  usedFor: string | null;
  isPending: boolean;
  /** Whether leaving the form loses something. */
  isUnsent: () => boolean;
  submit: () => void;
  /** Another run than the one that the key stands for. */
  startAnother: () => void;
};

export function useLaunch({ rulesName, ownerField, asked, send }: Of): Launching {
  const [key, setKey] = useState(newRequestKey);
  const { wrong, show, forget } = useWrong(inOrder);
  const isSent = useRef(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  // Where it cannot be read, the API still says what is wrong.
  const { data: document } = useQuery(documentQuery);

  const launch = useMutation({
    mutationFn: (by: string) => send(asked.body, by),
    onSuccess: async (run) => {
      isSent.current = true;
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
    forget: (fields) => {
      forget(fields.map((name) => (name === 'owner' ? ownerField : name)));
    },
    usedFor: launch.error instanceof ApiError ? launch.error.runId : null,
    isPending: launch.isPending,
    isUnsent: () => asked.isTouched && !isSent.current,
    submit: () => {
      submit(key);
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
