import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../../tasks/write-processed.ts';
import { ANOTHER_EXECUTION } from '../support/builders.ts';
import { aPhotoFixture, NEWER } from '../support/photo-fixture.ts';
import { BUCKET, startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let subject: ReturnType<typeof aPhotoFixture>;
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(() => {
  subject = aPhotoFixture(services, String(++photos));
});
afterAll(() => services.close());

test('a newer version that took the photo before keeps it, and our faces go', async () => {
  const theirs = subject.faceRow({ ...NEWER });
  await subject.putRows(subject.photoRow(NEWER), theirs, subject.faceRow({ face_index: 1, record: 'face#001' }));
  expect(await run(subject.input(2), services)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await subject.rows()).toStrictEqual([theirs, subject.photoRow(NEWER)]);
  expect(await services.listKeys(`processed/${subject.name}.json`)).toStrictEqual([]);
});

test('faces that a newer version without faces has cleared away are not missed', async () => {
  await subject.putRows(subject.photoRow({ ...NEWER, status: 'NO_FACES' }));
  expect(await run(subject.input(2), services)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await subject.rows()).toStrictEqual([subject.photoRow({ ...NEWER, status: 'NO_FACES' })]);
});

test('another execution of the same version that is done keeps its rows', async () => {
  const done = subject.photoRow({ execution_arn: ANOTHER_EXECUTION, status: 'COMPLETED' });
  await subject.putRows(done, subject.faceRow());
  expect(await run(subject.input(1), services)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await subject.rows()).toStrictEqual([subject.faceRow(), done]);
});

test('a photo that was forgotten leaves nothing', async () => {
  await subject.putRows(subject.faceRow());
  expect(await run(subject.input(1), services)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await subject.rows()).toStrictEqual([]);
});

/** Does something just before the first call of one kind. */
function interrupted(command: string, action: () => Promise<unknown>) {
  const s3 = services.anotherS3();
  let pending = true;
  s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === command && pending) {
          pending = false;
          await action();
        }
        return next(args);
      },
    { step: 'initialize', name: 'interrupt' },
  );
  return { ...services, s3 };
}

test('a newer version that writes its JSON between our look and our write has the last word', async () => {
  await subject.putRows(subject.photoRow());
  const interruptedServices = interrupted('PutObjectCommand', async () => {
    await subject.putRows(subject.photoRow({ ...NEWER, status: 'COMPLETED' }));
    await services.putObject(`processed/${subject.name}.json`, '"newer"\n');
  });
  expect(await run(subject.input(0), interruptedServices)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await services.getJson(`processed/${subject.name}.json`)).toBe('newer');
  expect(await subject.rows()).toStrictEqual([subject.photoRow({ ...NEWER, status: 'COMPLETED' })]);
});

test('a newer version that takes the photo between our look and our write takes the row, and writes over our JSON', async () => {
  await subject.putRows(subject.photoRow());
  const interruptedServices = interrupted('PutObjectCommand', () => subject.putRows(subject.photoRow(NEWER)));
  expect(await run(subject.input(0), interruptedServices)).toStrictEqual(subject.output('SUPERSEDED'));
  expect(await subject.rows()).toStrictEqual([subject.photoRow(NEWER)]);
  const theirs = { ...subject.photo(), ...NEWER };
  expect(await run(subject.input(0, theirs), services)).toStrictEqual(subject.output('NO_FACES'));
  expect(await services.getJson(`processed/${subject.name}.json`)).toStrictEqual(
    subject.processedJson({ etag: 'newer' }),
  );
});

test('an older version that writes in between does not stop who holds the photo', async () => {
  await subject.putRows(subject.photoRow());
  const interruptedServices = interrupted('PutObjectCommand', () =>
    services.putObject(`processed/${subject.name}.json`, '"older"\n'),
  );
  expect(await run(subject.input(0), interruptedServices)).toStrictEqual(subject.output('NO_FACES'));
  expect(await services.getJson(`processed/${subject.name}.json`)).toStrictEqual(subject.processedJson());
});

test('a JSON that is deleted between our look and our write is written anew', async () => {
  await subject.putRows(subject.photoRow());
  const key = `processed/${subject.name}.json`;
  await services.putObject(key, '"older"\n');
  const interruptedServices = interrupted('PutObjectCommand', () =>
    services.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key })),
  );
  expect(await run(subject.input(0), interruptedServices)).toStrictEqual(subject.output('NO_FACES'));
  expect(await services.getJson(key)).toStrictEqual(subject.processedJson());
});
