/** How much memory a job gets after OOM kills. */
import fc from 'fast-check';
import { grownMemory } from '../../domain/adapt';

const maxInt = 2147483647;

test.each<[string, number, number[], number | null, number]>([
  ['without a kill gets what it asked for', 512, [], null, 512],
  ['that was killed gets three quarters more than it had', 512, [512], null, 896],
  ['gets whole MB, rounded up', 3, [3], null, 6],
  ['that was killed twice with the same gets no more than that', 512, [512, 512], null, 896],
  ['that was killed again with more grows from there', 512, [512, 896], null, 1568],
  ['that asks for more than the kills teach keeps what it asks for', 1024, [512], null, 1024],
  ['that asks for exactly what the kills teach keeps it', 896, [512], null, 896],
  ['gets no more than the cap', 512, [512], 600, 600],
  ['that asks for more than the cap keeps what it asks for', 1024, [1024], 600, 1024],
  ['gets no more than the database holds', 512, [maxInt], null, maxInt],
])('a job %s', (_, asked, ooms, cap, memoryMb) => {
  expect(grownMemory(asked, ooms, cap)).toMatchObject({ memoryMb });
});

test('what was done is told in a sentence, and nothing where nothing was', () => {
  expect(grownMemory(512, [512], null).note).toBe(
    'Memory 896 MB instead of 512 MB: the same command was OOM killed with 512 MB',
  );
  expect(grownMemory(512, [512], 600).note).toBe(
    'Memory 600 MB instead of 512 MB, the most that is given: the same command was OOM killed with 512 MB',
  );
  expect(grownMemory(512, [], null).note).toBeNull();
  expect(grownMemory(1024, [1024], 600).note).toBeNull();
});

test('nothing is ever taken away, and nothing given beyond the cap', () => {
  const mb = fc.integer({ min: 1, max: maxInt });
  fc.assert(
    fc.property(mb, fc.array(mb), fc.option(mb), (asked, ooms, cap) => {
      const { memoryMb, note } = grownMemory(asked, ooms, cap);
      expect(memoryMb).toBeGreaterThanOrEqual(asked);
      expect(memoryMb).toBeLessThanOrEqual(Math.max(asked, cap ?? maxInt));
      expect(note === null).toBe(memoryMb === asked);
    }),
  );
});
