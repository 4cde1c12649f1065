import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { enrolmentRecordOf, paddedSequencer, personIdOf } from '../../schemas/keys.ts';
import { PersonRecord } from '../../schemas/records.ts';
import type { Input } from '../../schemas/tasks.ts';
import { run } from '../../tasks/persist-person.ts';
import { run as refuse } from '../../tasks/refuse-enrolment.ts';
import {
  ANOTHER_EXECUTION,
  anEnrolment,
  anInput,
  anUploadedObject,
  FACE_ID,
  EVENT_TIME,
  OTHER_FACE_ID,
} from '../support/builders.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, NOW, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let rekognition: ScriptedRekognition;
let name = '';
let people = 0;
beforeAll(async () => {
  services = await startTaskServices();
  // Nothing is removed from the collection here.
  rekognition = await aScriptedRekognition({});
});
beforeEach(() => {
  name = `John ${++people}`;
});
afterAll(async () => {
  await rekognition.close();
  await services.close();
});

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
const input = ({ file, face_id = FACE_ID }: { file?: string; face_id?: string } = {}) => ({
  enrolment: anEnrolment({ key: key(file), person_id: personIdOf(name), name }),
  face_id,
});
/** What becomes of faces in the collection is tested in enrolled-faces.test.ts. */
const persist = (of: Input<'persist-person'>) => run(of, { ...services, ...rekognition, collectionId: 'people' });
const person = () => ({
  person_id: personIdOf(name),
  record: 'person',
  name,
  created_at: EVENT_TIME,
  status: 'KNOWN',
  timestamp: EVENT_TIME,
});
const byRecord = (...records: { record: string }[]) => records.toSorted((a, b) => (a.record < b.record ? -1 : 1));

test('a person and the enrolment are written, and twice gives the same', async () => {
  await services.putRow('people', claimed());
  const written = byRecord(person(), claimed({ status: 'ENROLLED', face_id: FACE_ID }));
  for (const _ of ['once', 'twice']) {
    expect(await persist(input())).toStrictEqual({ status: 'ENROLLED', person_id: personIdOf(name) });
    expect(await rows()).toStrictEqual(written);
  }
  expect(PersonRecord.parse(person())).toStrictEqual(person());
});

test('a second photo of a person leaves the person', async () => {
  await services.putRow('people', claimed());
  await persist(input());
  const second = claimed({ record: enrolmentRecordOf(key('2.jpg')), key: key('2.jpg') });
  await services.putRow('people', second);
  await persist(input({ file: '2.jpg', face_id: OTHER_FACE_ID }));
  const enrolled = { status: 'ENROLLED', face_id: FACE_ID };
  const both = [claimed(enrolled), { ...second, ...enrolled, face_id: OTHER_FACE_ID }];
  expect(await rows()).toStrictEqual(byRecord(person(), ...both));
});

test('a person who was renamed keeps the name', async () => {
  const renamed = { ...person(), name: 'Somebody Else' };
  await services.putRow('people', renamed);
  await persist(input());
  expect(await rows()).toStrictEqual([renamed]);
});

test('an enrolment that a newer version has taken over is not ENROLLED', async () => {
  const newer = claimed({ sequencer: paddedSequencer('0B'), execution_arn: ANOTHER_EXECUTION });
  await services.putRow('people', newer);
  expect(await persist(input())).toStrictEqual({ status: 'SUPERSEDED', person_id: personIdOf(name) });
  expect(await rows()).toStrictEqual(byRecord(person(), newer));
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
