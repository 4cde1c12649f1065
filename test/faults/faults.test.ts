import { afterAll, beforeAll, expect, test } from 'vitest';
import { FAULTS } from './fault-kinds.ts';
import { nameOf } from './injector.ts';
import { cellsOf, play, survive, type Cell } from './matrix.ts';
import { makePictures, type Pictures } from './pictures.ts';
import { RememberingEngine } from './remembering-engine.ts';
import { SCENARIOS } from './scenarios.ts';
import { prepareStack, type Folders } from './stack.ts';
import { openStand, rowsOf, type Stand } from './stand.ts';

let folders: Folders;
let engine: RememberingEngine;
let pictures: Pictures;
let stand: Stand;
beforeAll(async () => {
  folders = await prepareStack({ functionSeconds: 2, deliveries: 4, faceConcurrency: 1 });
  engine = new RememberingEngine(folders.faces);
  pictures = await makePictures();
  stand = await openStand(folders, engine);
});
afterAll(async () => {
  await stand.close();
  await engine.close();
  await folders.remove();
});

const scenario = (name: string) => SCENARIOS.filter((one) => one.name === name);

// `npm run faults` has each call by each fault; here every third call meets one, and the slow two are met once, where the SDK waits least.
test('a photo survives faults in the calls that its tasks make', async () => {
  const cells = await cellsOf(stand, pictures, scenario('a photo before anyone is enrolled'));
  const calls = [...new Set(cells.map(({ target }) => nameOf(target)))].filter((_, at) => at % 3 === 0);
  const quick = FAULTS.filter(({ lasts, what }) => lasts !== 'until lifted' && what !== 'silence');
  const turn = (at: number) => (at < 2 ? FAULTS[3 - at * 2] : quick[at % quick.length]);
  const chosen = calls.map((call, at) =>
    cells.find(({ target, fault }) => nameOf(target) === call && fault === turn(at)),
  ) as Cell[];
  expect(chosen.length).toBeGreaterThan(5);
  const outcomes = [];
  for (const cell of chosen) outcomes.push(await survive(stand, pictures, cell));
  expect(
    outcomes.flatMap(({ cell, problems }) => problems.map((what) => [nameOf(cell.target), cell.fault.name, what])),
  ).toStrictEqual([]);
  expect(outcomes.filter(({ redriven }) => redriven).map(({ cell }) => cell.fault.name)).toStrictEqual([
    'throttled until retries are out',
  ]);
}, 120_000);

test('a photo fails while the collection is missing, and one redrive completes it', async () => {
  const [missing] = scenario('a photo while the collection is missing');
  expect(await play(stand, pictures, missing!)).toStrictEqual({ redriven: true, problems: [] });
  const rows = await rowsOf(stand.table, stand.account.deployment.results_table);
  expect(rows.map(({ record, status, reason, error }) => ({ record, status, reason, error }))).toStrictEqual([
    { record: 'face#000', status: 'UNKNOWN', reason: 'COLLECTION_EMPTY', error: undefined },
    { record: 'photo', status: 'COMPLETED', reason: undefined, error: undefined },
  ]);
});
