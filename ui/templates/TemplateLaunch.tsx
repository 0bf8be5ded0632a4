/** The form of a launch of a template: a payload instead of a command. */
import { useDebouncedValue } from '@mantine/hooks';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../api/client';
import type { EnvVar } from '../form/env';
import { messageAt, type Fault } from '../form/rules';
import { CurlPanel } from '../launch/CurlPanel';
import { EnvSection } from '../launch/EnvSection';
import { startLike, startOf, type Start } from '../launch/from-run';
import { changesOf, isTouched, labelOf, ownFaults, type LaunchForm } from '../launch/launch-form';
import { LaunchFrame } from '../launch/LaunchFrame';
import { defaultEngine, type Places } from '../launch/places';
import { ProposalNote } from '../launch/ProposalNote';
import { LimitsSection, NotesSection, WhoAndWhere } from '../launch/sections';
import { useLaunch } from '../launch/useLaunch';
import { ButtonLink } from '../parts/links';
import { settings } from '../settings/settings';
import {
  isBroken,
  isOfPayload,
  isSame,
  payloadFaults,
  payloadField,
  payloadLabel,
  payloadOf,
  toldFaults,
  type Payload,
} from './payload';
import { PayloadSection } from './PayloadSection';
import type { Template } from './queries';
import { pauseMs, useRendered } from './useRendered';

type Props = {
  template: Template;
  run: Schemas['RunDetail'] | undefined;
  places: Places;
  prefill: readonly EnvVar[];
};

const ownerField = 'owner_id';

/** Its first values are kept: news of the run do not change what somebody types. Those of places are told. */
export function TemplateLaunch(props: Props): ReactElement {
  const [{ template, run }] = useState(props);
  const { places } = props;
  const [start] = useState(() => open(props));
  const [form, setForm] = useState(start.initial);
  const ran = run?.execution_request_custom?.template_payload;
  const [payload, setPayload] = useState(() => payloadOf(template.defaults, ran));
  const faultsOf = (of: Payload): Fault[] => payloadFaults(of, template.schema, template.defaults);
  const schemaFaults = faultsOf(payload);
  const [atOpening] = useState(schemaFaults);
  const [paused] = useDebouncedValue(payload, pauseMs);
  const rendered = useRendered(template.template_id, schemaFaults.length > 0 ? null : JSON.stringify(payload.data));
  const body = {
    owner_id: form.owner.trim(),
    ...(run === undefined ? {} : { from_run: run.run_id }),
    ...(ran !== undefined && isSame(ran, payload.data) ? {} : { [payloadField]: payload.data }),
    ...changesOf(form, start),
  };
  const launching = useLaunch({
    rulesName: 'TemplateLaunch',
    ownerField,
    asked: {
      body,
      faults: [...ownFaults(form, start, ownerField), ...schemaFaults],
      env: form.env,
      owner: form.owner,
      isTouched: isTouched(form, start.initial) || isBroken(payload) || !isSame(payload.data, ran ?? template.defaults),
    },
    send: (sent, key) => send(template.template_id, sent, key),
  });
  const change = (to: Partial<LaunchForm>): void => {
    setForm((now) => ({ ...now, ...to }));
    launching.forget(Object.keys(to));
  };
  const { faults } = launching.wrong;
  const told = toldFaults(schemaFaults, faultsOf(paused), atOpening);
  const section = { form, base: start.base, change, faults };
  const nameOf = (field: string): string =>
    isOfPayload(field) ? payloadLabel(template.schema, field) : labelOf(field);
  return (
    <LaunchFrame
      launching={launching}
      run={run}
      labelOf={nameOf}
      cancel={
        <ButtonLink to="/templates/$templateId" params={{ templateId: template.template_id }} variant="default">
          Cancel
        </ButtonLink>
      }
    >
      <ProposalNote proposals={start.proposals} form={form} change={change} />
      <PayloadSection
        schema={template.schema}
        payload={payload}
        faults={[...faults, ...told.filter(({ field }) => messageAt(faults, field) === undefined)]}
        labelOf={nameOf}
        rendered={rendered}
        lacks={schemaFaults}
        onChange={(next: Payload) => {
          setPayload(next);
          launching.forget([payloadField]);
        }}
      />
      <WhoAndWhere {...section} places={places} ownerField={ownerField} />
      <EnvSection {...section} own={template.env} ownName="template" first={start.initial.env} />
      <LimitsSection {...section} places={places} />
      <NotesSection {...section} />
      <CurlPanel path={`/api/v7/template/${template.template_id}/execute`} requestKey={launching.key} body={body} />
    </LaunchFrame>
  );
}

/** Commands are the payload's, not the form's. */
function open({ template, run, places, prefill }: Props): Start {
  const place = { ...places, engine: defaultEngine(places) };
  const given = { of: { ...template, command: '' }, place, owner: settings().owner, prefill };
  return run === undefined ? startOf(given) : startLike({ ...run, command: '' }, given, true, '');
}

/** The body is as the rules of the API's document want it, or the API says what is wrong. */
function send(templateId: string, body: object, key: string): Promise<{ run_id: string }> {
  return unwrap(
    api.PUT('/api/v7/template/{template_id}/execute', {
      params: { path: { template_id: templateId }, header: { 'Idempotency-Key': key } },
      body: body as Schemas['TemplateLaunch'],
    }),
  );
}
