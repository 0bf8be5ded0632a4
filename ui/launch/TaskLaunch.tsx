/** The form of a launch of a definition. */
import { Alert } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import type { EnvVar } from '../form/env';
import { ButtonLink } from '../parts/links';
import { settings } from '../settings/settings';
import { CurlPanel } from './CurlPanel';
import { EnvSection } from './EnvSection';
import { startLike, startOf, type Start } from './from-run';
import { changesOf, carried, isTouched, labelOf, ownFaults, type LaunchForm } from './launch-form';
import { LaunchFrame } from './LaunchFrame';
import { defaultEngine, type Places } from './places';
import { ProposalNote } from './ProposalNote';
import { RevisionChoice } from './RevisionChoice';
import { CommandSection, LimitsSection, NotesSection, WhoAndWhere } from './sections';
import { useLaunch } from './useLaunch';

type Definition = Schemas['Definition'];
type Run = Schemas['RunDetail'];
type Props = {
  /** As it is now. */
  task: Definition;
  /** Its earlier revisions that the run or the address names. */
  older: readonly Definition[];
  run: Run | undefined;
  asked: number | undefined;
  places: Places;
  prefill: readonly EnvVar[];
};

const ownerField = 'run_tags.owner_id';

/** `revision`: as the API is asked for it; undefined: the run's own, or the latest. */
type Opened = Start & { revision: number | undefined; definition: Definition };

/** Its first values are kept: news of the run or of the definition do not change what somebody types. Those of places are told. */
export function TaskLaunch(props: Props): ReactElement {
  const [{ task, run }] = useState(props);
  const { places } = props;
  const ran = run?.definition_revision ?? task.revision;
  const [opened, setOpened] = useState(() =>
    open(props, run !== undefined && props.asked === ran ? undefined : props.asked),
  );
  const [form, setForm] = useState(opened.initial);
  const { base, definition, revision } = opened;
  const body = {
    run_tags: { owner_id: form.owner.trim() },
    ...(run === undefined ? {} : { from_run: run.run_id }),
    ...changesOf(form, opened),
  };
  const launching = useLaunch({
    rulesName: 'Launch',
    ownerField,
    asked: {
      body,
      faults: ownFaults(form, opened, ownerField),
      env: form.env,
      owner: form.owner,
      isTouched: isTouched(form, opened.initial),
    },
    send: (sent, key) => send(task.definition_id, revision, sent, key),
  });
  const change = (to: Partial<LaunchForm>): void => {
    setForm((now) => ({ ...now, ...to }));
    launching.forget(Object.keys(to));
  };
  const choose = (isAsItRan: boolean): void => {
    const next = open(props, isAsItRan ? undefined : task.revision);
    // Its rows are the same, whatever the definition: they stay the ones that the user sees.
    next.initial.env = opened.initial.env;
    setForm((now) => carried(now, opened.initial, next.initial));
    setOpened(next);
  };
  const section = { form, base, change, faults: launching.wrong.faults };
  const query = revision === undefined ? '' : `?revision=${revision}`;
  return (
    <LaunchFrame
      launching={launching}
      run={run}
      labelOf={labelOf}
      cancel={
        <ButtonLink to="/tasks/$taskId" params={{ taskId: task.definition_id }} variant="default">
          Cancel
        </ButtonLink>
      }
    >
      {run !== undefined && ran !== undefined && task.revision !== undefined && ran !== task.revision && (
        <RevisionChoice
          taskId={task.definition_id}
          ran={ran}
          now={task.revision}
          isAsItRan={revision === undefined}
          onChange={choose}
        />
      )}
      {run === undefined && definition.revision !== task.revision && (
        <Alert color="yellow" title={`Revision ${definition.revision ?? ''}`}>
          The task as it was. Its latest revision is {task.revision}.
        </Alert>
      )}
      <ProposalNote proposals={opened.proposals} form={form} change={change} />
      <WhoAndWhere {...section} places={places} ownerField={ownerField} />
      <CommandSection {...section} />
      <EnvSection {...section} own={definition.env} ownName="definition" first={opened.initial.env} />
      <LimitsSection {...section} places={places} />
      <NotesSection {...section} />
      <CurlPanel path={`/api/v6/task/${task.definition_id}/execute${query}`} requestKey={launching.key} body={body} />
    </LaunchFrame>
  );
}

function open({ task, older, run, places, prefill }: Props, revision: number | undefined): Opened {
  const at = (n: number | undefined): Definition => older.find((one) => one.revision === n) ?? task;
  const ranAs = at(run?.definition_revision);
  const definition = revision === undefined ? ranAs : at(revision);
  const place = { ...places, engine: defaultEngine(places) };
  const given = { of: definition, place, owner: settings().owner, prefill };
  const start = run === undefined ? startOf(given) : startLike(run, given, revision === undefined, ranAs.command);
  return { ...start, revision, definition };
}

/** The body is as the rules of the API's document want it, or the API says what is wrong. */
function send(taskId: string, revision: number | undefined, body: object, key: string): Promise<{ run_id: string }> {
  return unwrap(
    api.PUT('/api/v6/task/{definition_id}/execute', {
      params: {
        path: { definition_id: taskId },
        query: revision === undefined ? {} : { revision },
        header: { 'Idempotency-Key': key },
      },
      body: body as Schemas['Launch'],
    }),
  );
}
