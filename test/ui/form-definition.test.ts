/** A definition as a form and back: what is sent, what is not, and what cannot be. */
import type { Schemas } from '../../client/index';
import { newRow } from '../../ui/form/env';
import { coresText, cpuHint, imageHint, memoryHint, raisedHint } from '../../ui/form/hints';
import {
  bodyOf,
  changedFields,
  changesOf,
  emptyForm,
  formToChange,
  formToCopy,
  inOrder,
  isShown,
  labelOf,
  ownFaults,
} from '../../ui/tasks/definition-form';
import { storedDefinition } from './stored-definition';

const stored: Schemas['Definition'] = {
  ...storedDefinition,
  cpu: 512,
  gpu: 1,
  user: 'ann',
  ports: [80],
  retry_on_oom: true,
};

test('a new form has the defaults of the original, and sends nothing that is empty', () => {
  expect(bodyOf(emptyForm(''))).toEqual({
    tags: [],
    env: [],
    cpu: 512,
    memory: 1024,
    adaptive_resource_allocation: true,
    ports: [],
    privileged: false,
    retry_on_interruption: false,
    retry_on_oom: false,
  });
});

test('a form that was opened and not touched has no changes', () => {
  const form = formToChange(stored);
  expect(changedFields(form, form)).toEqual([]);
  expect(changedFields({ ...form, env: [...form.env, newRow()] }, form)).toEqual([]);
  expect(changesOf(form, form)).toEqual({});
});

test('only what differs is sent: other fields may have been changed by others', () => {
  const before = formToChange(stored);
  const form = { ...before, memory: '128', gpu: '', tags: [], env: before.env.filter(({ name }) => name !== 'A') };
  expect(changesOf(form, before)).toEqual({
    memory: 128,
    gpu: 0,
    tags: [],
    env: [{ name: 'DB_PASSWORD', value: '********' }],
  });
});

test('what is no number goes as it is, for the rules to refuse', () => {
  expect(bodyOf({ ...emptyForm(''), cpu: 'x', ports: ['80', 'http'] })).toMatchObject({
    cpu: 'x',
    ports: [80, 'http'],
  });
});

test('a copy has another alias, and asks for values that are not shown', () => {
  const form = formToCopy(stored);
  expect(form.alias).toBe('job-copy');
  expect(ownFaults(form, null)).toMatchObject([{ field: 'env.1.value' }]);
});

test('what the API would keep cannot be emptied', () => {
  const before = formToChange(stored);
  expect(ownFaults({ ...before, cpu: '', user: '' }, before).map(({ field }) => field)).toEqual(['cpu', 'user']);
  expect(ownFaults({ ...before, cpu: '' }, null)).toEqual([]);
});

test('faults are told in the order of the page, once a field, under the names of the page', () => {
  const faults = ['memory', 'env.1.name', 'alias', 'alias', 'ports.0'].map((field) => ({ field, message: 'x' }));
  expect(inOrder(faults).map(({ field }) => labelOf(field))).toEqual([
    'Alias',
    'Environment, variable 2, name',
    'Memory',
    'Ports, 1',
  ]);
  expect(['alias', 'env.0.name', 'other'].map(isShown)).toEqual([true, true, false]);
});

test.each([
  ['ubuntu', /No tag/],
  ['host:5000/team/app', /No tag/],
  ['ubuntu:latest', /latest/],
  ['ubuntu:24.04', undefined],
  ['app@sha256:abc', undefined],
  ['registry.example.com:5000/team/a_b__c-d/e.f:V1.0-rc_2', undefined],
  ['[fe80::1]:5000/a:1', undefined],
  ['Registry/a:1', undefined],
  ['UPPER case:::bad', /No name/],
  ['ubuntu :24.04', /No name/],
  ['team/App:1', /No name/],
  ['ubuntu:1:2', /No name/],
  ['ubuntu:', /No name/],
  ['https://ghcr.io/a:1', /No name/],
  ['', undefined],
])('the hint for image %s', (image, hint) => {
  if (hint === undefined) expect(imageHint(image)).toBeUndefined();
  else expect(imageHint(image)).toMatch(hint);
});

test.each([
  ['1024', /this is 1 core$/],
  ['1536', /this is 1.5 cores$/],
  ['', /^1024 = 1 core$/],
  ['x', /^1024 = 1 core$/],
])('%s CPU units are %s', (cpu, said) => {
  expect(cpuHint(cpu, 'local')).toMatch(said);
});

test('on Kubernetes CPU is counted in thousandths', () => {
  expect(cpuHint('500', 'eks')).toBe('1000 = 1 core; this is 0.5 cores');
  expect(coresText(1024)).toBe('1 core');
});

test('memory that no machine has is told', () => {
  expect(memoryHint('2000000000')).toMatch(/any machine/);
  expect(['1024', '33554432', '', 'x'].map(memoryHint)).toEqual([undefined, undefined, undefined, undefined]);
});

test.each([
  ['memory', '99', 'Under the minimum of eks: will be raised to 100'],
  ['memory', '100', undefined],
  ['cpu', '1', 'Under the minimum of eks: will be raised to 10'],
  ['gpu', '0', undefined],
  ['memory', '', undefined],
  ['memory', 'x', undefined],
])('%s of %j is %s', (name, value, hint) => {
  expect(raisedHint(name, value, { engine: 'eks', cpu: 10, memory: 100 })).toBe(hint);
  expect(raisedHint(name, value, undefined)).toBeUndefined();
});
