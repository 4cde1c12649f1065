import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMachine } from '../../client/deployment/execution.ts';
import { accountTarget, type Target } from '../../client/deployment/target.ts';
import { idToForget } from '../../client/forgetting/person.ts';
import { verifyForgotten } from '../../client/forgetting/verify.ts';
import { addAlias, changePerson } from '../../client/people/change-people.ts';
import { findPerson } from '../../client/people/find-person.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { PhotoRecord } from '../../schemas/records.ts';
import { readRow } from '../../tasks/storage/conditional-updates.ts';
import { photoRow } from '../../tasks/storage/result-rows.ts';
import { aPhotoOf, colouredEngine } from '../support/coloured-faces.ts';
import { aboutLargest, startBatch } from '../support/decide.ts';
import { failureOf } from '../support/errors.ts';
import { startGrouping } from '../support/group.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import { searchEverything } from './everything.ts';

const ROBIN = personIdOf('Robin Quillfeather');
const BOBBY = personIdOf('Bobby');
const NAMES = ['Robin Quillfeather', 'Robin Renamed', 'Bobby'];

let account: TestAccount;
let target: Target;
const signal = new AbortController().signal;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
  target = accountTarget(account.account);
}, 120_000);
afterAll(() => account.close());

async function upload(key: string, colours: Parameters<typeof aPhotoOf>[0], shade?: number): Promise<void> {
  await account.upload(key, await aPhotoOf(colours, shade));
  await account.idle();
}

const verify = async (wanted: string) => (await verifyForgotten(target, wanted, signal)).left;

test(
  'who was renamed, and whom somebody was merged into, is forgotten under every name and id, and that can be verified later',
  { timeout: 300_000 },
  async () => {
    await upload('enroll/Robin Quillfeather/1.jpg', ['red']);
    await upload('enroll/Bobby/1.jpg', ['yellow']);
    await upload('enroll/Kim/1.jpg', ['blue']);
    await upload('input/all.jpg', ['red', 'yellow', 'blue']);
    const robin = await findPerson(target, 'Robin Quillfeather');
    await addAlias(target, robin, 'Robin Renamed');
    await changePerson({ target, signal }, { person_id: ROBIN, new_name: 'Robin Renamed' }, [robin]);
    const bobby = await findPerson(target, 'Bobby');
    await changePerson({ target, signal }, { person_id: BOBBY, merged_into: ROBIN }, [bobby]);
    // Under the name that is only an alias.
    await upload('enroll/Robin Renamed/2.jpg', ['red'], 20);
    const ids = [ROBIN, BOBBY, personIdOf('Robin Renamed')];
    expect((await searchEverything(account, [...NAMES, ...ids])).length).toBeGreaterThan(10);

    const input = { person_id: await idToForget(target, 'Robin Renamed'), photos: false };
    const { output } = await runMachine(target, 'forget-person', input, signal);
    const { receipt_key } = output as { receipt_key: string };
    expect(await searchEverything(account, [...NAMES, ...ids])).toStrictEqual([]);
    for (const wanted of ['robin quillfeather', 'Bobby', ROBIN, receipt_key])
      expect([wanted, await verify(wanted)]).toStrictEqual([wanted, 0]);
    expect(await failureOf(verifyForgotten(target, 'Kim', signal))).toStrictEqual({
      name: 'Failure',
      message:
        'Nobody called Kim was forgotten here. Somebody whose id does not follow from the name is found by the id (p_…) or by the receipt.',
    });

    // Somebody else is grouped while unknown, and named since.
    await upload('input/other.jpg', ['green']);
    await startGrouping(account);
    await account.idle();
    const person_id = personIdOf('Ada');
    const named = await aboutLargest(account, 'other.jpg', { kind: 'PERSON', person_id });
    await startBatch(account, 'named', { people: [{ person_id, name: 'Ada' }], decisions: [named] });
    await account.idle();
    expect(await verify(receipt_key)).toBe(0);

    await leaveTraces();
    const { checked, left } = await verifyForgotten(target, receipt_key, signal);
    expect([checked, left]).toStrictEqual([
      {
        people_rows: 4,
        users: 0,
        vectors: 1,
        unknown_vectors: 1,
        photos: 2,
        decisions: 2,
        crops: 2,
        objects: checked.objects,
        dead_letters: 1,
      },
      5,
    ]);
  },
);

/** A row, a decision, a crop, a file and a dead letter that tell of somebody who was merged. */
async function leaveTraces(): Promise<void> {
  const { deployment, dynamoDb, s3, sqs } = account;
  const row = await readRow(dynamoDb, photoRow(deployment.results_table, 'all.jpg'));
  const { sha256, ...photo } = PhotoRecord.parse(row);
  const { key, etag, version_id = '' } = photo;
  const timestamp = '2026-03-01T12:00:00.000Z';
  const refused = { person_id: personIdOf('Kim'), record: 'enrolment#1', status: 'REFUSED', timestamp };
  const message = `The face looks like ${BOBBY}.`;
  await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item: { ...refused, message } }));
  const decision = { photo: sha256, entry: '1', person_id: BOBBY, timestamp };
  await dynamoDb.send(new PutCommand({ TableName: deployment.decisions_table, Item: decision }));
  const work = account.uploads.find((one) => one.key === key && one.version === version_id && one.etag === etag)!.work;
  for (const [Key, Body] of [
    [`faces/${work.slice('work/'.length)}001.jpg`, 'a crop'],
    ['work/decisions/left.json', JSON.stringify({ people: [{ person_id: BOBBY }] })],
  ] as const) {
    await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key, Body }));
  }
  const MessageBody = JSON.stringify({ detail: { object: { key: 'enroll/Bobby/2.jpg' } } });
  await sqs.send(new SendMessageCommand({ QueueUrl: deployment.dead_letters['enroll-face'], MessageBody }));
}
