import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describe, resultOf, summaryOf } from '../../../cli/commands/people.ts';
import { addAlias, addPerson } from '../../../client/people/change-people.ts';
import { findMerged, findPerson, readEverybody, seekPerson } from '../../../client/people/find-person.ts';
import { readHoldings } from '../../../client/people/holdings.ts';
import { scanTable } from '../../../recording/replay/table-rows.ts';
import { enrolledFaceRecordOf, personIdOf } from '../../../schemas/keys.ts';
import type { PersonRecord } from '../../../schemas/records.ts';
import { anAccount, type CliAccount } from '../../cli/account.ts';
import { putRows } from '../../cli/rows.ts';
import { aFaceRecord, EVENT_TIME, FACE_ID, JANE, JOHN, SHA256 } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
});
beforeEach(() => account.clear());
afterAll(() => account.close());

const aPerson = (name: string, over: Partial<PersonRecord> = {}): PersonRecord => ({
  person_id: personIdOf(name),
  record: 'person',
  name,
  created_at: EVENT_TIME,
  status: 'KNOWN',
  timestamp: EVENT_TIME,
  ...over,
});
const peopleRows = () => scanTable(account.target.dynamoDb, account.target.deployment.people_table);
const ids = (...wanted: string[]) =>
  Promise.all(wanted.map(async (one) => (await seekPerson(account.target, one))?.person_id));

const alias = (name: string, is: string) => ({
  person_id: personIdOf(name),
  record: 'alias',
  is,
  name,
  status: 'ALIAS',
  timestamp: EVENT_TIME,
});
const KIM = personIdOf('Kim');

test('a person is found by any spelling, by id, by an earlier name and by the name of somebody merged into it', async () => {
  const john = aPerson('John Doe', { name: 'Johnny' });
  const [jane, kim] = [aPerson('Jane Roe', { merged_into: JOHN }), aPerson('Kim', { merged_into: JANE })];
  await putRows(account.target, 'people', john, jane, kim, alias('Jack', JOHN));
  const spellings = ['Johnny', 'JOHN DOE', 'john_doe', JOHN, 'jack', 'jane roe', JANE, 'kim', KIM];
  expect(new Set(await ids(...spellings))).toStrictEqual(new Set([JOHN]));
  expect(await ids('Nobody')).toStrictEqual([undefined]);
  expect(await failureOf(findPerson(account.target, 'Nobody'))).toStrictEqual({
    name: 'Failure',
    message: 'Nobody called Nobody is enrolled. There are: Johnny.',
  });
});

test('of people who share a name the ids are listed, and one has to be given', async () => {
  await putRows(account.target, 'people', aPerson('John Doe'), aPerson('Jane Roe', { name: 'JOHN DOE' }));
  const listed = [JANE, JOHN].toSorted().map((id) => `  ${id}, enrolled since ${EVENT_TIME}`);
  const { message } = (await failureOf(findPerson(account.target, 'john doe'))) as Error;
  const [first, ...others] = message.split('\n');
  expect([first, others.toSorted()]).toStrictEqual([
    '2 people are called john doe. Give the id of the one you mean:',
    listed,
  ]);
});

test('a new name is an alias, unless it has meant somebody else', async () => {
  const john = aPerson('John Doe');
  await putRows(account.target, 'people', john, aPerson('Jane Roe'));
  const added = (person: PersonRecord, name: string) => addAlias(account.target, person, name);
  expect([await added(john, 'Johnny'), await added(john, 'JOHNNY'), await added(john, 'john doe')]).toStrictEqual([
    true,
    true,
    true,
  ]);
  expect([await added(john, 'Jane Roe'), await added(aPerson('Jane Roe'), 'Johnny')]).toStrictEqual([false, false]);
  const rows = [john, aPerson('Jane Roe'), { ...alias('Johnny', JOHN), name: 'JOHNNY' }];
  expect(new Set(await peopleRows())).toStrictEqual(new Set(rows));
});

test('who was merged is found by the name of before, with whom it is now', async () => {
  const [jane, kim] = [aPerson('Jane Roe', { merged_into: JOHN }), aPerson('Kim', { merged_into: JANE })];
  await putRows(account.target, 'people', aPerson('John Doe'), jane, kim);
  const { merged, root } = await findMerged(account.target, 'kim');
  expect([merged, root.person_id]).toStrictEqual([kim, JOHN]);
  expect((await findMerged(account.target, JANE)).merged).toStrictEqual(jane);
  expect(await failureOf(findMerged(account.target, 'John Doe'))).toMatchObject({
    message: expect.stringMatching(/^Nobody called John Doe was merged into somebody\. Merged are: /) as string,
  });
});

test('people who were merged into each other are still listed', async () => {
  const circle = [aPerson('John Doe', { merged_into: JANE }), aPerson('Jane Roe', { merged_into: JOHN })];
  await putRows(account.target, 'people', ...circle);
  expect((await readEverybody(account.target)).flatMap((one) => [one, ...one.merged])).toHaveLength(2);
});

test('a second person of a name has an id of its own', async () => {
  await putRows(account.target, 'people', aPerson('John Doe'));
  const { person_id } = await addPerson(account.target, 'John Doe');
  expect(person_id).toMatch(/^p_[0-9a-f]{24}$/);
  expect((await readEverybody(account.target)).map((person) => person.person_id).toSorted()).toStrictEqual(
    [JOHN, person_id].toSorted(),
  );
});

test('a person has portraits and photos, also those of whom was merged into it', async () => {
  const portrait = { person_id: JOHN, record: enrolledFaceRecordOf(SHA256), face_id: FACE_ID };
  const measured = { confidence: 99, brightness: 61.4, sharpness: 88.5, yaw: -12.2, key: 'enroll/John Doe/1.jpg' };
  const merged = aPerson('Jane Roe', { merged_into: JOHN });
  await putRows(account.target, 'people', aPerson('John Doe'), merged, { ...portrait, ...measured });
  const [later, earlier] = ['2026-04-01T00:00:00Z', EVENT_TIME];
  await putRows(
    account.target,
    'results',
    aFaceRecord({ image_id: 'later.jpg', person_id: JANE, timestamp: later }),
    aFaceRecord({ image_id: 'earlier.jpg', person_id: JOHN, timestamp: earlier }),
    aFaceRecord({ image_id: 'earlier.jpg', person_id: JOHN, timestamp: earlier, record: 'face#001', face_index: 1 }),
  );
  const holdings = await readHoldings(account.target, await findPerson(account.target, 'John Doe'));
  const summary = { person_id: JOHN, name: 'John Doe', photos: 2, last_seen: later, merged: [JANE] };
  expect(summaryOf(holdings)).toStrictEqual({ ...summary, portraits: 1 });
  expect(resultOf(holdings)).toStrictEqual({
    ...summary,
    created_at: EVENT_TIME,
    threshold: null,
    portraits: [{ ...measured, face_id: FACE_ID }],
    photos: ['earlier.jpg', 'later.jpg'],
  });
  expect(describe(holdings)).toBe(
    [
      'name       John Doe',
      `id         ${JOHN}`,
      `since      ${EVENT_TIME}`,
      `merged in  Jane Roe (${JANE})`,
      'portraits  1',
      '  enroll/John Doe/1.jpg: sharpness 89, brightness 61, turned 12 degrees',
      'photos     2',
      `  ${earlier}  earlier.jpg`,
      `  ${later}  later.jpg`,
    ].join('\n'),
  );
});
