import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describe, resultOf, summaryOf } from '../../../cli/commands/people.ts';
import { addPerson, renamePerson } from '../../../cli/people/change-people.ts';
import { findPerson, readEverybody, seekPerson } from '../../../cli/people/find-person.ts';
import { readHoldings } from '../../../cli/people/holdings.ts';
import { scanTable } from '../../../recording/replay/table-rows.ts';
import { enrolledFaceRecordOf, personIdOf } from '../../../schemas/keys.ts';
import type { PersonRecord } from '../../../schemas/records.ts';
import { aFaceRecord, EVENT_TIME, FACE_ID, JANE, JOHN, SHA256 } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { anAccount, type CliAccount } from '../account.ts';
import { putRows } from '../rows.ts';

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

test('a person is found by any spelling, by id, by an earlier name and by the name of somebody merged into it', async () => {
  await putRows(account.target, 'people', aPerson('John Doe'), aPerson('Jane Roe', { merged_into: JOHN }));
  await renamePerson(account.target, aPerson('John Doe'), 'Johnny');
  expect(await ids('Johnny', 'JOHN DOE', 'john_doe', JOHN, 'jane roe', JANE, 'Nobody')).toStrictEqual([
    ...Array.from({ length: 6 }, () => JOHN),
    undefined,
  ]);
  expect(await failureOf(findPerson(account.target, 'Nobody'))).toStrictEqual({
    name: 'Failure',
    message: 'Nobody called Nobody is enrolled. There are: Johnny.',
  });
});

test('the new name of a person is an alias, unless somebody else has it', async () => {
  await putRows(account.target, 'people', aPerson('John Doe'), aPerson('Jane Roe'));
  expect(await renamePerson(account.target, aPerson('John Doe'), 'Johnny')).toStrictEqual([]);
  expect((await renamePerson(account.target, aPerson('Jane Roe'), 'JOHNNY')).map(({ name }) => name)).toStrictEqual([
    'Johnny',
  ]);
  const alias = {
    person_id: personIdOf('Johnny'),
    record: 'alias',
    is: JOHN,
    name: 'Johnny',
    status: 'ALIAS',
    timestamp: aPerson('John Doe').timestamp,
  };
  const rows = [aPerson('John Doe', { name: 'Johnny' }), aPerson('Jane Roe', { name: 'JOHNNY' }), alias];
  expect(new Set(await peopleRows())).toStrictEqual(new Set(rows));
  const listed = [JANE, JOHN].toSorted().map((id) => `  ${id}, enrolled since ${EVENT_TIME}`);
  const { message } = (await failureOf(findPerson(account.target, 'johnny'))) as Error;
  const [first, ...others] = message.split('\n');
  expect([first, others.toSorted()]).toStrictEqual([
    '2 people are called johnny. Give the id of the one you mean:',
    listed,
  ]);
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
