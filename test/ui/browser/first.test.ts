/** The way of somebody who has never seen the API: define, launch, watch, read. */
import { hasBrowser, inaccessible, startBed, type Bed } from './bed';

const suite = hasBrowser ? describe : describe.skip;

suite('the first run', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 120_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  test('settings: accessible, and nothing is refused by the policy', async () => {
    const page = await bed.open('/settings');
    expect(await inaccessible(page)).toEqual([]);
  });
});
