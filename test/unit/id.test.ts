/** Ids and names. */
import fc from 'fast-check';
import { attemptName, definitionIdFrom, runIdFrom } from '../../domain/id';

const uuid = '0123abcd-4567-49ab-8cde-f0123456789a';

test.each([
  ['ecs', 'ecs-abcd-4567-49ab-8cde-f0123456789a'],
  ['eks', 'eks-abcd-4567-49ab-8cde-f0123456789a'],
  ['local', 'local-cd-4567-49ab-8cde-f0123456789a'],
  ['eks-spark', 'eks-spark-567-49ab-8cde-f0123456789a'],
])('a run id of %s is the uuid with the engine as its head', (engine, id) => {
  expect(runIdFrom(engine, uuid)).toBe(id);
});

test('a run id has 36 characters and tells its engine', () => {
  fc.assert(
    fc.property(fc.constantFrom('local', 'ecs', 'eks', 'eks-spark'), fc.uuid(), (engine, random) => {
      const id = runIdFrom(engine, random);
      expect(id).toHaveLength(36);
      expect(id.startsWith(`${engine}-`)).toBe(true);
    }),
  );
});

test('a definition id begins with its group', () => {
  expect(definitionIdFrom('etl', uuid)).toBe(`etl-${uuid}`);
});

test('the first attempt bears the name of its run, later ones their number', () => {
  const names = [1, 2, 10].map((attempt) => attemptName({ runId: 'local-1', attempt }));
  expect(names).toEqual(['local-1', 'local-1-2', 'local-1-10']);
});

test('two attempts never share a name', () => {
  const anyKey = fc.record({
    runId: fc.uuid().map((random) => runIdFrom('local', random)),
    attempt: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(anyKey, anyKey, (a, b) => {
      const same = a.runId === b.runId && a.attempt === b.attempt;
      expect(attemptName(a) === attemptName(b)).toBe(same);
      expect(attemptName({ ...a, attempt: a.attempt + 1 })).not.toBe(attemptName(a));
    }),
  );
});
