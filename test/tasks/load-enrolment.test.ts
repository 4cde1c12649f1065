import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolmentRecordOf, paddedSequencer, personIdOf, workPrefixOf } from '../../schemas/keys.ts';
import { EnrolmentRecord } from '../../schemas/records.ts';
import { run } from '../../tasks/load-enrolment.ts';
import { ANOTHER_EXECUTION, anInput, EXECUTION, JANE, JOHN, EVENT_TIME } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aJpeg } from '../support/pictures.ts';
import { startTaskServices, BUCKET, SLOT, NOW, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let jpeg: Buffer;
beforeAll(async () => {
  services = await startTaskServices();
  jpeg = await aJpeg();
});
afterAll(() => services.close());

async function uploaded(key: string, body = jpeg) {
  const { etag, versionId } = await services.putObject(key, body);
  return { bucket: BUCKET, key, etag, size: body.length, version_id: versionId! };
}

const SOURCE = { sequencer: paddedSequencer('0A'), timestamp: EVENT_TIME, execution_arn: EXECUTION };
const claimed = (address: Awaited<ReturnType<typeof uploaded>>, person_id: string, name: string) => ({
  person_id,
  record: enrolmentRecordOf(address.key),
  ...address,
  ...SOURCE,
  name,
  status: 'PROCESSING',
  claimed_at: NOW,
});

test.each([
  ['enroll/john_doe.jpg', 'John Doe'],
  ['enroll/John Doe/second.jpg', 'John Doe'],
  ['enroll/李小龍/1.jpg', '李小龍'],
  ['enroll/Zoe\u0308/1.jpg', 'Zo\u00eb'],
])('%s is claimed for %s', async (key, name) => {
  const address = await uploaded(key);
  const person_id = personIdOf(name);
  expect(await run(anInput(address), services)).toStrictEqual({
    proceed: true,
    enrolment: {
      ...address,
      ...SOURCE,
      person_id,
      name,
      record: enrolmentRecordOf(key),
      work_prefix: workPrefixOf(key, address.etag, address.version_id),
      picture: {
        bucket: BUCKET,
        key,
        version_id: address.version_id,
        width: 120,
        height: 90,
        format: 'jpeg',
        sha256: createHash('sha256').update(jpeg).digest('hex'),
      },
      largest: false,
      force: false,
    },
    detect_at: SLOT,
    search_at: SLOT,
    index_at: SLOT,
  });
  const rows = await services.rowsOf('people', person_id);
  const row = rows.find(({ record }) => record === enrolmentRecordOf(key));
  expect(row).toStrictEqual(claimed(address, person_id, name));
  expect(EnrolmentRecord.parse(row)).toStrictEqual(row);
});

test('the same execution loads again, and another of the same event does not', async () => {
  const input = anInput(await uploaded('enroll/twice.jpg'));
  const once = await run(input, services);
  expect(await run(input, services)).toStrictEqual(once);
  const another = await run({ ...input, execution_arn: ANOTHER_EXECUTION }, services);
  expect(another).toStrictEqual({ proceed: false, because: 'UNDER_WAY' });
});

test('a photo that names nobody is refused, and its row kept under nobody', async () => {
  const address = await uploaded('enroll/ _.jpg');
  expect(await failureOf(run(anInput(address), services))).toStrictEqual({
    name: 'NameInvalid',
    message: 'The key names nobody. Upload the photo as enroll/<name>/<file> or enroll/<name>.jpg.',
  });
  expect(await services.rowsOf('people', 'nobody')).toStrictEqual([claimed(address, 'nobody', '')]);
});

const personRow = (person_id: string, name: string) => ({
  person_id,
  record: 'person',
  name,
  created_at: EVENT_TIME,
  status: 'KNOWN',
  timestamp: EVENT_TIME,
});

test('a name that was given to somebody else means that person, and the row stays under the name', async () => {
  await services.putRow('people', {
    person_id: personIdOf('Janet'),
    record: 'alias',
    is: JANE,
    name: 'Janet',
    status: 'ALIAS',
    timestamp: NOW,
  });
  const address = await uploaded('enroll/Janet/1.jpg');
  expect(await run(anInput(address), services)).toMatchObject({ enrolment: { person_id: JANE, name: 'Janet' } });
  expect(await services.rowsOf('people', personIdOf('Janet'))).toContainEqual(
    claimed(address, personIdOf('Janet'), 'Janet'),
  );
});

test('a photo can give the id of its person, whose name is then that of the person’s row', async () => {
  await services.putRow('people', personRow(JANE, 'Jane Roe'));
  const address = await uploaded(`enroll/~${JANE}/1.jpg`);
  expect(await run(anInput(address), services)).toMatchObject({ enrolment: { person_id: JANE, name: 'Jane Roe' } });
  expect(await services.rowsOf('people', JANE)).toContainEqual(claimed(address, JANE, 'Jane Roe'));
});

test('the id of nobody is refused', async () => {
  const id = personIdOf('Nobody of this name');
  const address = await uploaded(`enroll/~${id}/1.jpg`);
  expect(await failureOf(run(anInput(address), services))).toStrictEqual({
    name: 'PersonUnknown',
    message: `There is no person ${id}. The command rollcall people lists all of them.`,
  });
  expect(await services.rowsOf('people', id)).toStrictEqual([claimed(address, id, '')]);
});

test('what the object’s metadata say of the enrolment goes with it', async () => {
  const key = 'enroll/John Doe/forced.jpg';
  const Metadata = { force: 'true', largest: 'true' };
  const put = new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: jpeg, Metadata });
  const { ETag = '', VersionId } = await services.s3.send(put);
  const input = anInput({ key, etag: ETag.replaceAll('"', ''), version_id: VersionId!, size: jpeg.length });
  expect(await run(input, services)).toMatchObject({ enrolment: { force: true, largest: true } });
});

test('a text is refused as it is for a photo', async () => {
  const address = await uploaded('enroll/john_doe/text.jpg', Buffer.from('no picture'));
  expect(await failureOf(run(anInput(address), services))).toMatchObject({ name: 'ImageFormatUnsupported' });
  expect(await services.rowsOf('people', JOHN)).toContainEqual(claimed(address, JOHN, 'John Doe'));
});
