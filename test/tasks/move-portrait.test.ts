import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Batch, PortraitMove } from '../../schemas/decisions.ts';
import {
  enrolledFaceRecordOf,
  enrolmentRecordOf,
  movedPortraitKeyOf,
  paddedSequencer,
  personIdOf,
} from '../../schemas/keys.ts';
import { run } from '../../tasks/move-portrait.ts';
import { anUploadedObject, FACE_ID, OTHER_FACE_ID, SHA256 } from '../support/builders.ts';
import { COLLECTION, startDrawnFaces, type DrawnFaces } from '../support/drawn-faces.ts';
import { failureOf } from '../support/errors.ts';
import { BUCKET, NOW, startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let faces: DrawnFaces;
let tests = 0;
let from = '';
let to = '';
beforeAll(async () => {
  services = await startTaskServices();
  faces = await startDrawnFaces(services);
});
beforeEach(() => {
  tests += 1;
  from = `enroll/John ${tests}/1.jpg`;
  to = movedPortraitKeyOf(jane(), from, 'one');
});
afterAll(async () => {
  await faces.close();
  await services.close();
});

const john = () => personIdOf(`John ${tests}`);
const jane = () => personIdOf(`Jane ${tests}`);
const SEQUENCER = paddedSequencer('10');

const enrolment = (key: string, person_id: string, over: object = {}) => ({
  person_id,
  record: enrolmentRecordOf(key),
  name: 'somebody',
  claimed_at: NOW,
  ...anUploadedObject({ key, sequencer: SEQUENCER }),
  status: 'ENROLLED',
  face_id: FACE_ID,
  ...over,
});

/** A portrait of John as it is enrolled, and the order to give it to Jane. */
async function aMove(): Promise<PortraitMove> {
  const { versionId } = await services.putObject(from, 'a portrait');
  await services.putRow('people', enrolment(from, john(), { version_id: versionId }));
  const holder = `${enrolmentRecordOf(from)} ${SEQUENCER}`;
  const record = enrolledFaceRecordOf(SHA256);
  await services.putRow('people', { person_id: john(), record, face_id: FACE_ID, held_by: new Set([holder]) });
  return { person_id: john(), from, version_id: versionId!, sequencer: SEQUENCER, to };
}

async function move(...portraits: PortraitMove[]) {
  const batch: Batch = { batch: 'b', by: 'ada', timestamp: NOW, people: [], decisions: [], portraits };
  await services.putObject('work/decisions/b.json', JSON.stringify(batch));
  const { rekognition } = faces;
  return run({ bucket: BUCKET, batch: 'b', from: 0 }, { ...services, rekognition, collectionId: COLLECTION });
}

const enrolled = (over = {}) => services.putRow('people', enrolment(to, jane(), { face_id: OTHER_FACE_ID, ...over }));
const keys = async () => [await services.listKeys(from), await services.listKeys(to)];

test('a portrait stays enrolled for the one until its copy is enrolled for the other', async () => {
  const portrait = await aMove();
  const waiting = { name: 'PhotoUnderWay', message: 'The portrait is being enrolled.' };
  expect(await failureOf(move(portrait))).toStrictEqual(waiting);
  expect(await keys()).toStrictEqual([[from], [to]]);
  await enrolled({ status: 'PROCESSING' });
  expect(await failureOf(move(portrait))).toStrictEqual(waiting);
  expect(await services.rowsOf('people', john())).toHaveLength(2);

  await enrolled();
  expect(await move(portrait)).toStrictEqual({ next: 1, more: false });
  expect(await keys()).toStrictEqual([[], [to]]);
  expect(await services.rowsOf('people', john())).toStrictEqual([]);
  // Whoever asks again, because the answer was lost, finds it done.
  expect(await move(portrait)).toStrictEqual({ next: 1, more: false });
});

test('a copy that cannot be enrolled is removed, and the portrait stays', async () => {
  const portrait = await aMove();
  await failureOf(move(portrait));
  await enrolled({ status: 'REFUSED' });
  expect(await move(portrait, portrait)).toStrictEqual({ next: 1, more: true });
  expect(await keys()).toStrictEqual([[from], []]);
  expect(await services.rowsOf('people', john())).toHaveLength(2);
});

test('a portrait whose file is gone stays enrolled', async () => {
  const portrait = { ...(await aMove()), version_id: '0'.repeat(32) };
  expect(await move(portrait)).toStrictEqual({ next: 1, more: false });
  expect(await services.rowsOf('people', john())).toHaveLength(2);
});

test('a newer portrait under the same key is not touched', async () => {
  const portrait = await aMove();
  await failureOf(move(portrait));
  await services.putObject(from, 'another portrait');
  const newer = enrolment(from, john(), { sequencer: paddedSequencer('11') });
  await services.putRow('people', newer);
  await enrolled();
  await move(portrait);
  expect((await services.getObject(from)).toString()).toBe('another portrait');
  expect(await services.rowsOf('people', john())).toStrictEqual([newer]);
});

test('a batch that has expired is named', async () => {
  expect(await failureOf(move())).toStrictEqual({
    name: 'DecisionsInvalid',
    message: 'work/decisions/b.json has no portrait 0. It may have expired: split again.',
  });
});
