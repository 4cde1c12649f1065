import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RESULTS_TABLE, someTables, type Tables } from './tables.ts';

const { TableName } = RESULTS_TABLE;
let tables: Tables;
beforeAll(async () => {
  tables = await someTables();
});
afterAll(() => tables.close());

interface Face {
  readonly photo: string;
  readonly face: number;
  readonly person?: string | undefined;
}

const keyOf = ({ photo, face }: Face) => ({ image_id: photo, record: `face#${face}` });
const put = (face: Face, text = '') => {
  const { person } = face;
  const Item = { ...keyOf(face), text, ...(person && { person_id: person, timestamp: '2026-03-01T00:00:00Z' }) };
  return tables.client.send(new PutCommand({ TableName, Item }));
};
const remove = (face: Face) => tables.client.send(new DeleteCommand({ TableName, Key: keyOf(face) }));

type Read = readonly ['Query' | 'BatchGetItem' | 'GetItem', object];

const facesOf = (photo: string): Read => [
  'Query',
  {
    TableName,
    KeyConditionExpression: 'image_id = :id AND begins_with(#record, :face)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':id': { S: photo }, ':face': { S: 'face#' } },
  },
];
const facesWith = (person: string): Read => [
  'Query',
  {
    TableName,
    IndexName: 'by-person',
    KeyConditionExpression: 'person_id = :id',
    ExpressionAttributeValues: { ':id': { S: person } },
    Limit: 2,
  },
];
const theseFaces = (...faces: readonly Face[]): Read => [
  'BatchGetItem',
  {
    RequestItems: {
      [TableName]: { Keys: faces.map((face) => ({ image_id: { S: face.photo }, record: { S: keyOf(face).record } })) },
    },
  },
];

const read = ([operation, input]: Read, known?: number) => tables.db.read(operation, JSON.stringify(input), known);
const versionOf = async (of: Read) => (await read(of, 0)).version!;
/** Whether there is an answer whose version was given, and it is not read again. */
const isCurrent = async (of: Read, version: number) => (await read(of, version)).output === undefined;

test.each<[string, Read, Face]>([
  ['a photo', facesOf('a'), { photo: 'a', face: 7 }],
  ['a person', facesWith('p_ann'), { photo: 'z', face: 0, person: 'p_ann' }],
  ['faces that are there', theseFaces({ photo: 'a', face: 1 }), { photo: 'a', face: 1 }],
  ['faces that are not there', theseFaces({ photo: 'n', face: 1 }), { photo: 'n', face: 1 }],
])('what is read of %s is current until that is written or deleted', async (_, of, face) => {
  await put({ photo: 'a', face: 1, person: 'p_ann' });
  const [before, others] = [await versionOf(of), await versionOf(facesOf('others'))];
  await put({ photo: 'elsewhere', face: 1, person: 'p_ben' });
  expect(await read(of, before)).toStrictEqual({ version: before });

  await put(face);
  const after = await read(of, before);
  expect(after).toStrictEqual({ output: (await read(of)).output, version: expect.any(Number) });
  expect(after.version).toBeGreaterThan(before);
  await remove(face);
  expect(await isCurrent(of, after.version!)).toBe(false);
  expect(await isCurrent(facesOf('others'), others)).toBe(true);
});

test('an answer has no version where none is asked for, and where it is not known what was read', async () => {
  const face = { photo: 'a', face: 1 };
  await put(face);
  expect(Object.keys(await read(facesOf('a')))).toEqual(['output']);
  const one: Read = ['GetItem', { TableName, Key: { image_id: { S: 'a' }, record: { S: 'face#1' } } }];
  expect(Object.keys(await read(one, 0))).toEqual(['output']);
  const counted: Read = ['Query', { ...facesOf('a')[1], ReturnConsumedCapacity: 'TOTAL' }];
  expect(Object.keys(await read(counted, 0))).toEqual(['output']);
});

test('an error is no answer', async () => {
  const bad: Read = ['Query', { ...facesOf('a')[1], TableName: 'Nothing' }];
  await expect(read(bad, 0)).rejects.toThrow('Requested resource not found');
  await expect(read(bad, 0)).rejects.toThrow('Requested resource not found');
});

test('nothing is current of a table that is deleted', async () => {
  const own = await someTables();
  const ask = (known: number) => own.db.read('Query', JSON.stringify(facesOf('a')[1]), known);
  const { version } = await ask(0);
  expect(await ask(version!)).toStrictEqual({ version });
  await own.client.send(new DeleteTableCommand({ TableName }));
  await expect(ask(version!)).rejects.toThrow('Requested resource not found');
  await own.close();
});

test('whoever keeps answers by their versions has what is stored, whatever is written meanwhile', async () => {
  const names = fc.constantFrom('p', 'q', 'r');
  const faces = fc.record({ photo: names, face: fc.nat(2), person: fc.option(names, { nil: undefined }) });
  const reads = fc.oneof(
    names.map(facesOf),
    names.map(facesWith),
    fc
      .array(faces, { minLength: 1, maxLength: 3 })
      .map((some) => theseFaces(...new Map(some.map((face) => [JSON.stringify(keyOf(face)), face])).values())),
  );
  const writes = fc.oneof(
    fc.record({ face: faces, text: fc.string() }).map(
      ({ face, text }) =>
        () =>
          put(face, text),
    ),
    faces.map((face) => () => remove(face)),
  );
  /** What begins at once. */
  const step = fc.array(fc.oneof(reads, writes), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const kept = new Map<string, { of: Read; version: number; output: string }>();
      const ask = async (of: Read) => {
        const before = kept.get(JSON.stringify(of));
        const { output, version } = await read(of, before?.version ?? 0);
        if (output !== undefined && version !== undefined) kept.set(JSON.stringify(of), { of, version, output });
        return output ?? before!.output;
      };
      for (const atOnce of steps) {
        await Promise.all(atOnce.map((one) => (typeof one === 'function' ? one() : ask(one))));
        for (const { of } of kept.values()) expect(await ask(of)).toBe((await read(of)).output);
      }
    }),
    { numRuns: 40 },
  );
}, 60_000);
