/** What is asked of registries, how long an answer is kept, and what is told of trouble. */
import type { Answer } from '../../registry/answer';
import { createImageCheck } from '../../registry/check';
import type { ImageName } from '../../registry/name';

const found: Answer = { kind: 'found' };
const missing: Answer = { kind: 'missing' };
const unknown: Answer = { kind: 'unknown', why: 'status 500' };

let now: number;
let asked: ImageName[];
let warnings: [string, string][];
let answer: (name: ImageName) => Promise<Answer>;
let isMissing: (image: string) => Promise<boolean>;

beforeEach(() => {
  now = 5000;
  asked = [];
  warnings = [];
  answer = () => Promise.resolve(found);
  isMissing = createImageCheck({
    ask: (name) => {
      asked.push(name);
      return answer(name);
    },
    now: () => now,
    warn: (image, why) => warnings.push([image, why]),
  });
});

test.each<[string, Answer, boolean]>([
  ['is there', found, false],
  ['is not there', missing, true],
  ['nobody knows about', unknown, false],
])('an image that %s', async (_, said, expected) => {
  answer = () => Promise.resolve(said);
  expect(await isMissing('a.io/b:1')).toBe(expected);
  expect(asked).toEqual([{ registry: 'a.io', repository: 'b', reference: '1' }]);
});

test('what is no name of an image is asked for nowhere, and hinders no run', async () => {
  expect(await isMissing('No Image')).toBe(false);
  expect([asked, warnings]).toEqual([[], []]);
});

test.each<[string, Answer, number]>([
  ['found', found, 600],
  ['missing', missing, 30],
  ['unknown', unknown, 30],
])('the answer "%s" is kept for its time, and no longer', async (_, said, seconds) => {
  answer = () => Promise.resolve(said);
  await isMissing('b');
  now += seconds * 1000 - 1;
  await isMissing('docker.io/library/b:latest');
  expect(asked).toHaveLength(1);
  now += 2;
  await isMissing('b');
  expect(asked).toHaveLength(2);
});

test('an image that was pushed after it was missing is found when the answer is old', async () => {
  answer = () => Promise.resolve(missing);
  expect(await isMissing('b')).toBe(true);
  answer = () => Promise.resolve(found);
  now += 30_001;
  expect(await isMissing('b')).toBe(false);
});

test('whoever asks for the same image at once waits for the same answer', async () => {
  const waiting: ((said: Answer) => void)[] = [];
  answer = () => new Promise((resolve) => waiting.push(resolve));
  const all = ['b', 'library/b', 'b:latest', 'b:2'].map((image) => isMissing(image));
  expect(asked.map(({ reference }) => reference)).toEqual(['latest', '2']);
  waiting[0]?.(missing);
  waiting[1]?.(found);
  expect(await Promise.all(all)).toEqual([true, true, true, false]);
});

test('a thousand answers are kept, and the one not used for longest goes first', async () => {
  for (let tag = 0; tag < 1000; tag++) await isMissing(`b:${tag}`);
  await isMissing('b:0');
  await isMissing('b:more');
  expect(asked).toHaveLength(1001);
  await isMissing('b:0');
  expect(asked).toHaveLength(1001);
  await isMissing('b:1');
  expect(asked).toHaveLength(1002);
});

test('an answer comes to whoever waits for it, even if a thousand others were asked for meanwhile', async () => {
  let say: (said: Answer) => void = () => undefined;
  answer = () => new Promise((resolve) => (say = resolve));
  const first = isMissing('b:first');
  const sayFirst = say;
  answer = () => Promise.resolve(found);
  for (let tag = 0; tag < 1001; tag++) await isMissing(`b:${tag}`);
  sayFirst(missing);
  expect(await first).toBe(true);
});

test('trouble is told once a minute at most, whatever the image', async () => {
  answer = () => Promise.resolve(unknown);
  await isMissing('b:1');
  await isMissing('b:2');
  now += 59_999;
  await isMissing('b:3');
  expect(warnings).toEqual([['docker.io/library/b:1', 'status 500']]);
  now += 1;
  await isMissing('b:4');
  expect(warnings.map(([image]) => image)).toEqual(['docker.io/library/b:1', 'docker.io/library/b:4']);
});

test('of what is found or missing nothing is told', async () => {
  await isMissing('b');
  answer = () => Promise.resolve(missing);
  await isMissing('c');
  expect(warnings).toEqual([]);
});
