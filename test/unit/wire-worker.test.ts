/** The knobs of workers: which are meant, which are refused. */
import { allWorkers, workerFromWire, workersFromWire, workerType } from '../../api/wire/worker';
import { refusal } from './refusal';

const engines = ['local', 'eks'];
const submit = (engine: string, count: number) => ({ type: 'submit', engine, count });

test('each type of each engine is listed once, stored or not', () => {
  const all = allWorkers([submit('eks', 0)], engines);
  expect(all.map(({ type, engine, count }) => `${engine} ${type} ${count}`)).toEqual([
    ...['local retry 1', 'local submit 1', 'local status 1', 'eks retry 1', 'eks submit 0', 'eks status 1'],
  ]);
});

test('without an engine all are meant, with one only that', () => {
  expect(workerFromWire('submit', { count_per_instance: 0 }, engines)).toEqual([submit('local', 0), submit('eks', 0)]);
  expect(workerFromWire('submit', { Count_Per_Instance: 2, engine: 'eks' }, engines)).toEqual([submit('eks', 2)]);
});

test('in a list, the last word on a worker counts', () => {
  const of = (count: number, engine = '') => ({ worker_type: 'submit', count_per_instance: count, engine });
  expect(workersFromWire([of(0), of(3, 'eks')], engines)).toEqual([submit('local', 0), submit('eks', 3)]);
  expect(workersFromWire([], engines)).toEqual([]);
});

const wrong: Record<string, [act: () => unknown, sentence: string]> = {
  'an unknown type': [
    () => workerType('x'),
    'Worker type: [x] is not a valid worker type; valid types: [retry submit status]',
  ],
  'no count': [() => workerFromWire('submit', {}, engines), 'int [count_per_instance] must be specified'],
  'a negative count': [
    () => workerFromWire('submit', { count_per_instance: -1 }, engines),
    'count_per_instance must be >= 0',
  ],
  'an unknown engine': [
    () => workerFromWire('submit', { count_per_instance: 1, engine: 'x' }, engines),
    'engine must be [local, eks] x was specified',
  ],
  'retries that are switched off': [
    () => workerFromWire('retry', { count_per_instance: 0 }, engines),
    'Workers of type retry cannot be switched off: only submit can, which pauses pickup',
  ],
  'an object for a list': [() => workersFromWire({}, engines), 'The body must be a JSON array'],
  'a list with an unknown type': [
    () => workersFromWire([{ worker_type: 'x', count_per_instance: 1 }], engines),
    'Worker type: [x] is not a valid worker type; valid types: [retry submit status]',
  ],
};
test.each(Object.entries(wrong))('%s is refused', (_name, [act, sentence]) => {
  expect(refusal(act)).toBe(sentence);
});
