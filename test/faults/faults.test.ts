import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { runScenario } from '../support/run-scenario.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { startFaultAccount, type FaultAccount } from './fault-account.ts';
import { FAULTS } from './fault-kinds.ts';
import { nameOf } from './injector.ts';
import { faultCases, runFaultCase, type FaultCase } from './matrix.ts';

let prepared: PreparedStack;
let engine: CachingEngine;
let pictures: SamplePictures;
let account: FaultAccount;
beforeAll(async () => {
  prepared = await prepareStack({ functionSeconds: 3, deliveries: 4, faceConcurrency: 1 });
  engine = new CachingEngine(prepared.faces);
  pictures = await makeSamplePictures();
  account = await startFaultAccount(prepared.stack, engine);
});
afterAll(async () => {
  await account.close();
  await engine.close();
  await prepared.remove();
});

const scenario = (name: string) => SCENARIOS.filter((one) => one.name === name);

// `npm run faults` runs each call with each fault. Here every third call gets one; the two slow ones come once each,
// in calls where the SDK waits least.
test('a photo survives faults in the calls that its tasks make', async () => {
  const all = await faultCases(account, pictures, scenario('a photo before anyone is enrolled'));
  const calls = [...new Set(all.map(({ target }) => nameOf(target)))].filter((_, at) => at % 3 === 0);
  const quick = FAULTS.filter(({ lasts, what }) => lasts !== 'until disarmed' && what !== 'no answer');
  const turn = (at: number) => (at < 2 ? FAULTS[3 - at * 2] : quick[at % quick.length]);
  const chosen = calls.map((call, at) =>
    all.find(({ target, fault }) => nameOf(target) === call && fault === turn(at)),
  ) as FaultCase[];
  expect(chosen.length).toBeGreaterThan(5);
  const outcomes = [];
  for (const one of chosen) outcomes.push(await runFaultCase(account, pictures, one));
  expect(
    outcomes.flatMap(({ faultCase: { target, fault }, problems }) =>
      problems.map((problem) => [nameOf(target), fault.name, problem]),
    ),
  ).toStrictEqual([]);
  expect(outcomes.filter(({ redriven }) => redriven).map(({ faultCase }) => faultCase.fault.name)).toStrictEqual([
    'throttled until retries are out',
  ]);
}, 120_000);

test('a photo fails while the collection is missing, and one redrive completes it', async () => {
  const [missing] = scenario('a photo while the collection is missing');
  expect(await runScenario(account, pictures, missing!)).toStrictEqual({ redriven: true, problems: [] });
  const rows = await scanTable(account.dynamoDb, account.deployment.results_table);
  expect(
    rows
      .filter(({ record }) => record !== 'meter')
      .map(({ record, status, reason, error }) => ({ record, status, reason, error })),
  ).toStrictEqual([
    { record: 'face#000', status: 'UNKNOWN', reason: 'COLLECTION_EMPTY', error: undefined },
    { record: 'photo', status: 'COMPLETED', reason: undefined, error: undefined },
  ]);
});
