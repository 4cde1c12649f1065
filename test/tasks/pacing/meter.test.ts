import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lane } from '../../../schemas/pacing.ts';
import { Meter, meterKey } from '../../../tasks/pacing/meter.ts';
import { NOW, startTaskServices, type TaskServices } from '../../support/task-services.ts';

/** Calls per second: a slot every 100 ms, in bulk every 117.647 ms, and beside bulk work every 666.667 ms. */
const RATE = 10;
const START = Date.parse(NOW);

let services: TaskServices;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(async () => {
  services.clock.now = new Date(NOW);
  await services.dynamoDb.send(
    new DeleteCommand({ TableName: services.resultsTable, Key: meterKey('SearchFacesByImage') }),
  );
});
afterAll(() => services.close());

/** A meter as one container has it, which counts its writes. */
function aMeter() {
  let writes = 0;
  const send = (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
    writes += 1;
    return services.dynamoDb.send(command);
  };
  const meter = new Meter({
    dynamoDb: { send } as Pick<DynamoDBDocumentClient, 'send'>,
    resultsTable: services.resultsTable,
    operation: 'SearchFacesByImage',
    rate: RATE,
    now: services.now,
  });
  return {
    writes: () => writes,
    admitLate: () => meter.admitLate(),
    /** Milliseconds from START. */
    reserve: async (calls: number, lane: Lane = 'interactive') =>
      (await meter.reserve(calls, lane)).map((slot) => Math.round(slot - START)),
  };
}

const pass = (milliseconds: number) => services.sleep(milliseconds);

test('an idle meter gives the present at the cost of one write', async () => {
  const { reserve, writes } = aMeter();
  expect(await reserve(1)).toStrictEqual([0]);
  await pass(1000);
  expect(await reserve(1)).toStrictEqual([1000]);
  await pass(60_000);
  expect(await reserve(3)).toStrictEqual([61_000, 61_100, 61_200]);
  expect(writes()).toBe(3);
});

test('a busy meter gives slots in the order of the reservations, in one write each once it is known to be busy', async () => {
  const { reserve, writes } = aMeter();
  expect(await reserve(2)).toStrictEqual([0, 100]);
  expect(await reserve(1)).toStrictEqual([200]);
  const before = writes();
  expect(await reserve(3)).toStrictEqual([300, 400, 500]);
  expect(await reserve(1)).toStrictEqual([600]);
  expect(writes() - before).toBe(2);
});

test('what nobody reserved is not saved up', async () => {
  const { reserve } = aMeter();
  await reserve(1);
  await pass(3_600_000);
  expect(await reserve(2)).toStrictEqual([3_600_000, 3_600_100]);
  expect(await reserve(1)).toStrictEqual([3_600_200]);
});

test('a container whose clock is behind gets no slot twice', async () => {
  const { reserve } = aMeter();
  await pass(500);
  expect(await reserve(1)).toStrictEqual([500]);
  services.clock.now = new Date(START);
  expect(await aMeter().reserve(1)).toStrictEqual([600]);
});

test('a hundred at once, each in a container of its own, share the slots without a gap', async () => {
  const slots = await Promise.all(Array.from({ length: 100 }, () => aMeter().reserve(1)));
  expect(slots.flat().toSorted((a, b) => a - b)).toStrictEqual(Array.from({ length: 100 }, (_, at) => at * 100));
});

test('both lanes at once end their reservations, however they interleave', async () => {
  const lanes = Array.from({ length: 60 }, (_, at): Lane => (at % 3 === 0 ? 'interactive' : 'bulk'));
  const slots = await Promise.all(lanes.map((lane) => aMeter().reserve(1, lane)));
  for (const lane of ['interactive', 'bulk']) {
    const own = slots.flat().filter((_, at) => lanes[at] === lane);
    expect(new Set(own).size).toBe(own.length);
  }
});

test('beside bulk work, interactive work does not queue behind it and both together keep to the rate', async () => {
  const { reserve } = aMeter();
  expect((await reserve(1000, 'bulk')).at(-1)).toBe(117_529);
  expect(await reserve(2)).toStrictEqual([0, 667]);
  expect(await reserve(1)).toStrictEqual([1333]);
  expect(await reserve(1, 'bulk')).toStrictEqual([117_647]);
});

test('bulk work begins behind the slots that interactive work has at the whole rate', async () => {
  const { reserve } = aMeter();
  expect(await reserve(50)).toHaveLength(50);
  expect(await reserve(2, 'bulk')).toStrictEqual([5000, 5118]);
  expect(await reserve(2)).toStrictEqual([5000, 5667]);
});

test('when the bulk work is over, interactive work has the whole rate again', async () => {
  const { reserve } = aMeter();
  await reserve(10, 'bulk');
  await pass(10_000);
  expect(await reserve(3)).toStrictEqual([10_000, 10_100, 10_200]);
});

test('the meter is one item beside the photos, in no index', async () => {
  await aMeter().reserve(1, 'bulk');
  expect(await services.rowsOf('results', 'SearchFacesByImage')).toStrictEqual([
    { image_id: 'SearchFacesByImage', record: 'meter', next_bulk: START + 117.647 },
  ]);
});

test('late calls are let through at half of the rate, beside the slots, for one write each', async () => {
  const { reserve, admitLate, writes } = aMeter();
  expect(await reserve(2)).toStrictEqual([0, 100]);
  expect([await admitLate(), await admitLate()]).toStrictEqual([true, false]);
  await pass(200);
  expect(await admitLate()).toBe(false);
  await pass(1);
  expect(await admitLate()).toBe(true);
  expect(writes()).toBe(5);
  expect(await reserve(1)).toStrictEqual([201]);
});
