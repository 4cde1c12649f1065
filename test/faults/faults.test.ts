import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from './fault-kinds.ts';
import { nameOf } from './injector.ts';
import { faultCases, runScenario, runFaultCase, type FaultCase } from './matrix.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startFaultAccount, rowsOf, type FaultAccount } from './fault-account.ts';

let folders: PreparedStack;
let engine: CachingEngine;
let pictures: SamplePictures;
let stand: FaultAccount;
beforeAll(async () => {
  folders = await prepareStack({ functionSeconds: 2, deliveries: 4, faceConcurrency: 1 });
  engine = new CachingEngine(folders.faces);
  pictures = await makeSamplePictures();
  stand = await startFaultAccount(folders, engine);
});
afterAll(async () => {
  await stand.close();
  await engine.close();
  await folders.remove();
});

const scenario = (name: string) => SCENARIOS.filter((one) => one.name === name);

// `npm run faults` has each call by each fault; here every third call meets one, and the slow two are met once, where the SDK waits least.
test('a photo survives faults in the calls that its tasks make', async () => {
  const cells = await faultCases(stand, pictures, scenario('a photo before anyone is enrolled'));
  const calls = [...new Set(cells.map(({ target }) => nameOf(target)))].filter((_, at) => at % 3 === 0);
  const quick = FAULTS.filter(({ lasts, what }) => lasts !== 'until lifted' && what !== 'silence');
  const turn = (at: number) => (at < 2 ? FAULTS[3 - at * 2] : quick[at % quick.length]);
  const chosen = calls.map((call, at) =>
    cells.find(({ target, fault }) => nameOf(target) === call && fault === turn(at)),
  ) as FaultCase[];
  expect(chosen.length).toBeGreaterThan(5);
  const outcomes = [];
  for (const cell of chosen) outcomes.push(await runFaultCase(stand, pictures, cell));
  expect(
    outcomes.flatMap(({ cell, problems }) => problems.map((what) => [nameOf(cell.target), cell.fault.name, what])),
  ).toStrictEqual([]);
  expect(outcomes.filter(({ redriven }) => redriven).map(({ cell }) => cell.fault.name)).toStrictEqual([
    'throttled until retries are out',
  ]);
}, 120_000);

test('a photo fails while the collection is missing, and one redrive completes it', async () => {
  const [missing] = scenario('a photo while the collection is missing');
  expect(await runScenario(stand, pictures, missing!)).toStrictEqual({ redriven: true, problems: [] });
  const rows = await rowsOf(stand.table, stand.account.deployment.results_table);
  expect(rows.map(({ record, status, reason, error }) => ({ record, status, reason, error }))).toStrictEqual([
    { record: 'face#000', status: 'UNKNOWN', reason: 'COLLECTION_EMPTY', error: undefined },
    { record: 'photo', status: 'COMPLETED', reason: undefined, error: undefined },
  ]);
});
