import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { enrolmentRecordOf, paddedSequencer, personIdOf } from '../../schemas/keys.ts';
import { EnrolledFaceRecord, PersonRecord } from '../../schemas/records.ts';
import { run as persist } from '../../tasks/persist-person.ts';
import { run as refuse } from '../../tasks/refuse-enrolment.ts';
import {
  aFace,
  ANOTHER_EXECUTION,
  anEnrolment,
  anInput,
  anUploadedObject,
  FACE_ID,
  EVENT_TIME,
  MODEL,
  OTHER_FACE_ID,
  SHA256,
} from '../support/builders.ts';
import { startTaskServices, BUCKET, NOW, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let name = '';
let people = 0;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(() => {
  name = `John ${++people}`;
});
afterAll(() => services.close());

const key = (file = '1.jpg') => `enroll/${name}/${file}`;
const rows = () => services.rowsOf('people', personIdOf(name));
const claimed = (overrides: object = {}) => ({
  person_id: personIdOf(name),
  record: enrolmentRecordOf(key()),
  ...anUploadedObject({ key: key() }),
  name,
  status: 'PROCESSING',
  claimed_at: NOW,
  ...overrides,
});
const input = (overrides: { file?: string; face_id?: string; timestamp?: string } = {}) => {
  const { file, face_id = FACE_ID, timestamp = EVENT_TIME } = overrides;
  const enrolment = anEnrolment({ key: key(file), person_id: personIdOf(name), name, timestamp });
  return { enrolment, face: aFace(), face_id, model_version: MODEL };
};
const person = () => ({ person_id: personIdOf(name), record: 'person', name, created_at: EVENT_TIME });
const face = (face_id = FACE_ID, file?: string) => ({
  person_id: personIdOf(name),
  record: `face#${face_id}`,
  face_id,
  bucket: BUCKET,
  key: key(file),
  sha256: SHA256,
  confidence: 99.5,
  bounding_box: { left: 0.25, top: 0.25, width: 0.25, height: 0.5 },
  model_version: MODEL,
  timestamp: EVENT_TIME,
});
const byRecord = (...records: { record: string }[]) => records.toSorted((a, b) => (a.record < b.record ? -1 : 1));

test('a person, the face and the enrolment are written, and twice gives the same', async () => {
  await services.putRow('people', claimed());
  const written = byRecord(person(), face(), claimed({ status: 'ENROLLED', face_id: FACE_ID }));
  for (const _ of ['once', 'twice']) {
    expect(await persist(input(), services)).toStrictEqual({ status: 'ENROLLED', person_id: personIdOf(name) });
    expect(await rows()).toStrictEqual(written);
  }
  expect(PersonRecord.parse(person())).toStrictEqual(person());
  expect(EnrolledFaceRecord.parse(face())).toStrictEqual(face());
});

test('a second photo of a person adds a face and leaves the person', async () => {
  await persist(input(), services);
  await persist({ ...input({ file: '2.jpg', face_id: OTHER_FACE_ID }) }, services);
  expect(await rows()).toStrictEqual(byRecord(person(), face(), face(OTHER_FACE_ID, '2.jpg')));
});

test('a person who was renamed keeps the name', async () => {
  const renamed = { ...person(), name: 'Somebody Else' };
  await services.putRow('people', renamed);
  await persist(input(), services);
  expect(await rows()).toStrictEqual(byRecord(renamed, face()));
});

const refusal = (Cause = JSON.stringify({ errorType: 'NoFaceInPhoto', errorMessage: 'No face. Choose another.' })) => ({
  ...anInput({ key: key() }),
  error: { Error: 'NoFaceInPhoto', Cause },
});

test('a refused enrolment says why and what to do, and twice gives the same', async () => {
  await services.putRow('people', claimed());
  for (const _ of ['once', 'twice']) {
    expect(await refuse(refusal(), services)).toStrictEqual({ status: 'REFUSED', reason: 'NoFaceInPhoto' });
    expect(await rows()).toStrictEqual([
      claimed({ status: 'REFUSED', reason: 'NoFaceInPhoto', message: 'No face. Choose another.' }),
    ]);
  }
});

test('a newer version of the photo is not refused for an older one', async () => {
  const newer = claimed({ sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  await services.putRow('people', newer);
  await refuse(refusal(), services);
  expect(await rows()).toStrictEqual([newer]);
});

test('a photo that names nobody is refused under nobody', async () => {
  name = '_';
  const nobody = { ...claimed(), person_id: 'nobody', name: '' };
  await services.putRow('people', nobody);
  await refuse({ ...refusal(), error: { Error: 'NameInvalid', Cause: 'no name' } }, services);
  expect(await services.rowsOf('people', 'nobody')).toStrictEqual([
    { ...nobody, status: 'REFUSED', reason: 'NameInvalid', message: 'no name' },
  ]);
});
