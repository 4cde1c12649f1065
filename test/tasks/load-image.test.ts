import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainPicture } from '../../recording/replay/drawn-pictures.ts';
import { imageIdOf, paddedSequencer, workPrefixOf } from '../../schemas/keys.ts';
import { run } from '../../tasks/load-image.ts';
import { ANOTHER_EXECUTION, anInput, aPhotoRecord, EXECUTION, EVENT_TIME } from '../support/builders.ts';
import { failureOf } from '../support/errors.ts';
import { aJpeg, BLUE } from '../support/pictures.ts';
import { startTaskServices, BUCKET, SLOT, UNVERSIONED, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let jpeg: Buffer;
beforeAll(async () => {
  services = await startTaskServices();
  jpeg = await aJpeg();
});
afterAll(() => services.close());

/** Uploads a photo and returns its address and the input that its event gives. */
async function uploaded(key: string, body: Buffer, bucket = BUCKET) {
  const { etag, versionId: version_id } = await services.putObject(key, body, bucket);
  const address = { bucket, key, etag, size: body.length, ...(version_id === undefined ? {} : { version_id }) };
  return { address, input: anInput(address) };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const SOURCE = { sequencer: paddedSequencer('0A'), timestamp: EVENT_TIME, execution_arn: EXECUTION };

test('a photo is claimed and its address given, with nothing written beside its row', async () => {
  const { address, input } = await uploaded('input/first.jpg', jpeg);
  expect(await run(input, services)).toStrictEqual({
    proceed: true,
    photo: {
      ...address,
      ...SOURCE,
      image_id: 'first.jpg',
      work_prefix: workPrefixOf(address.key, address.etag, address.version_id),
      picture: {
        bucket: BUCKET,
        key: 'input/first.jpg',
        version_id: address.version_id,
        width: 120,
        height: 90,
        format: 'jpeg',
        sha256: sha256(jpeg),
      },
      lane: 'interactive',
    },
    detect_at: SLOT,
  });
  expect(await services.rowsOf('results', 'first.jpg')).toStrictEqual([
    aPhotoRecord({ image_id: 'first.jpg', ...address }),
  ]);
  expect(await services.listKeys('work/')).toStrictEqual([]);
});

test('the same execution loads again, and another of the same event does not', async () => {
  const { input } = await uploaded('input/twice.jpg', jpeg);
  const once = await run(input, services);
  expect(await run(input, services)).toStrictEqual(once);
  const rows = await services.rowsOf('results', 'twice.jpg');
  expect(await run({ ...input, execution_arn: ANOTHER_EXECUTION }, services)).toStrictEqual({
    proceed: false,
    because: 'UNDER_WAY',
  });
  expect(await services.rowsOf('results', 'twice.jpg')).toStrictEqual(rows);
});

test('what Rekognition does not take is copied to work/, and the same again', async () => {
  const webp = await plainPicture().webp().toBuffer();
  const { address, input } = await uploaded('input/picture.jpg', webp);
  const work = workPrefixOf(address.key, address.etag, address.version_id);
  const loaded = {
    proceed: true,
    photo: {
      ...address,
      ...SOURCE,
      image_id: 'picture.jpg',
      work_prefix: work,
      picture: {
        bucket: BUCKET,
        key: `${work}picture.jpg`,
        width: 120,
        height: 90,
        format: 'webp',
        sha256: sha256(webp),
      },
      lane: 'interactive',
    },
    detect_at: SLOT,
  };
  expect(await run(input, services)).toStrictEqual(loaded);
  expect(await run(input, services)).toStrictEqual(loaded);
  expect(await services.listKeys('work/')).toStrictEqual([`${work}picture.jpg`]);
  expect((await sharp(await services.getObject(`${work}picture.jpg`)).metadata()).format).toBe('jpeg');
});

test.each([
  'input/a b.jpg',
  'input/a+b 100%.jpg',
  'input/50%25.jpg',
  'input/#1?.jpg',
  'input/Zo\u00eb.jpg',
  'input/Zoe\u0308.jpg',
  'input/two\nlines.jpg',
  'input/up/../a.jpg',
  'input/no-extension',
  'input/same.jpg',
  'input/same.png',
  'input/日本/写真.jpg',
  `input/${'x'.repeat(300)}/${'y'.repeat(300)}/${'z'.repeat(290)}.jpg`,
])('the key %j is read as it is', async (key) => {
  const { address, input } = await uploaded(key, jpeg);
  expect(await run(input, services)).toMatchObject({ proceed: true, photo: { ...address, image_id: imageIdOf(key) } });
  expect(await services.rowsOf('results', imageIdOf(key))).toHaveLength(1);
});

test('an older version is read as it was, though a newer one has been uploaded', async () => {
  const { input } = await uploaded('input/versions.jpg', jpeg);
  await services.putObject('input/versions.jpg', await aJpeg(200, 200, BLUE));
  expect(await run(input, services)).toMatchObject({ photo: { picture: { width: 120, sha256: sha256(jpeg) } } });
});

const GONE = {
  name: 'ImageGone',
  message: 'The object was deleted or replaced before it was read. Upload it again.',
};

test('an object that was deleted between event and load is gone', async () => {
  expect(await failureOf(run(anInput({ key: 'input/never.jpg' }), services))).toStrictEqual(GONE);
  const { address, input } = await uploaded('input/deleted.jpg', jpeg);
  const { key, version_id } = address;
  await services.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key, VersionId: version_id }));
  expect(await failureOf(run(input, services))).toStrictEqual(GONE);
});

test('without versions, other content under the same key is not taken for the content of the event', async () => {
  const { address, input } = await uploaded('input/unversioned.jpg', jpeg, UNVERSIONED);
  expect(address).not.toHaveProperty('version_id');
  expect(await run(input, services)).toMatchObject({ proceed: true, photo: { bucket: UNVERSIONED } });
  await services.putObject('input/unversioned.jpg', await aJpeg(200, 200, BLUE), UNVERSIONED);
  expect(await failureOf(run(input, services))).toStrictEqual(GONE);
});

test('an object that is too large to be read is refused by the event alone', async () => {
  expect(await failureOf(run(anInput({ key: 'input/huge.jpg', size: 5_000_000_000 }), services))).toStrictEqual({
    name: 'ImageTooManyBytes',
    message: 'The object has 5000000000 bytes; at most 200000000 are read. Upload a smaller copy.',
  });
});

test('a bucket that is not there is no fault of the photo', async () => {
  const { name } = (await failureOf(run(anInput({ key: 'input/b.jpg', bucket: 'nobody' }), services))) as Error;
  expect(name).toBe('NoSuchBucket');
});

test.each(['input/', 'input/2024/'])(
  'the empty object of the folder %s is passed over, and leaves no row',
  async (key) => {
    const { input } = await uploaded(key, Buffer.alloc(0));
    expect(await run(input, services)).toStrictEqual({ proceed: false, because: 'FOLDER' });
    expect(await services.rowsOf('results', imageIdOf(key))).toStrictEqual([]);
  },
);

test('a photo under the prefix that is kept from recognition is refused before it is read', async () => {
  const of = (key: string) => failureOf(run(anInput({ key, size: 1000 }), services));
  expect(await of('input/recognition=off/2026/party.jpg')).toStrictEqual({
    name: 'RecognitionOff',
    message:
      'The key goes on with recognition=off/, so nothing was sought in the photo. Upload it elsewhere to change that.',
  });
  expect(await of('input/2026/recognition=off/party.jpg')).toMatchObject({ name: 'ImageGone' });
});

test('a photo with the tag recognition=off is refused before anything is paid for, and other tags change nothing', async () => {
  const tagged = async (key: string, Tagging: string) => {
    const put = new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: jpeg, Tagging });
    const { ETag = '', VersionId } = await services.s3.send(put);
    return anInput({ key, etag: ETag.replaceAll('"', ''), size: jpeg.length, version_id: VersionId! });
  };
  expect(await failureOf(run(await tagged('input/off.jpg', 'album=party&recognition=off'), services))).toMatchObject({
    name: 'RecognitionOff',
  });
  expect(await run(await tagged('input/on.jpg', 'recognition=on&album=off'), services)).toMatchObject({
    proceed: true,
  });
});
