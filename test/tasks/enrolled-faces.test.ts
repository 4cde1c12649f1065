import { RekognitionClient } from '@aws-sdk/client-rekognition';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ServiceError } from '../../local/aws-json.ts';
import { enrolledFaceRecordOf, enrolmentRecordOf, paddedSequencer, personIdOf } from '../../schemas/keys.ts';
import type { Enrolment } from '../../schemas/payloads.ts';
import { EnrolledFaceRecord } from '../../schemas/records.ts';
import { run as indexFace } from '../../tasks/index-face.ts';
import type { Clock } from '../../tasks/pacing/slots.ts';
import { run as persistPerson } from '../../tasks/persist-person.ts';
import { claim, finishClaim } from '../../tasks/storage/claims.ts';
import type { FaceStore } from '../../tasks/storage/enrolled-faces.ts';
import { enrolmentRow } from '../../tasks/storage/enrolment-row.ts';
import { aFace, anEnrolment, EVENT_TIME } from '../support/builders.ts';
import { aDrawing, COLLECTION, startDrawnFaces, type DrawnFaces } from '../support/drawn-faces.ts';
import { failureOf } from '../support/errors.ts';
import { SLOT, startTaskServices, type TaskServices } from '../support/task-services.ts';

const LARGE = { left: 0.25, top: 0.25, width: 0.25, height: 0.5 };
const SMALL = { left: 0.8, top: 0.1, width: 0.05, height: 0.1 };

let services: TaskServices;
let faces: DrawnFaces;
let name = '';
let people = 0;
beforeAll(async () => {
  services = await startTaskServices();
  faces = await startDrawnFaces(services);
});
beforeEach(() => {
  name = `Jane ${++people}`;
});
afterAll(async () => {
  await faces.close();
  await services.close();
});

const person = () => personIdOf(name);
const store = (): FaceStore & Clock => ({ ...services, ...faces });
const shown = ({ picture }: Enrolment) => ({ face: aFace({ bounding_box: LARGE }), picture, index_at: SLOT });

/** A version of a portrait: its key and the order in which it was uploaded. */
async function portrait(file: string, age: number, drawing: string): Promise<Enrolment> {
  const key = `enroll/${name}/${file}`;
  const { etag, versionId } = await services.putObject(key, drawing);
  const sequencer = paddedSequencer(`${age}0`);
  const sha256 = createHash('sha256').update(drawing).digest('hex');
  const picture = { bucket: 'photos', key, version_id: versionId!, width: 1000, height: 1000, format: 'jpeg', sha256 };
  const version = { key, etag, version_id: versionId!, sequencer, execution_arn: `arn:${key}:${age}` };
  return anEnrolment({ ...version, person_id: person(), name, record: enrolmentRecordOf(key), picture });
}

/** What LoadEnrolment does to the row. */
async function claimed(enrolment: Enrolment, { dynamoDb } = store()): Promise<boolean> {
  const {
    person_id: _,
    record: __,
    work_prefix: ___,
    picture: ____,
    largest: _____,
    force: ______,
    name: of,
    ...object
  } = enrolment;
  const row = enrolmentRow(services.peopleTable, enrolment.key);
  const options = { now: new Date(EVENT_TIME), set: { name: of }, remove: ['face_id'] };
  return (await claim(dynamoDb, row, object, options)) === 'CLAIMED';
}

async function enrol(enrolment: Enrolment, by = store()): Promise<string> {
  if (!(await claimed(enrolment, by))) return 'SKIPPED';
  const { face_id } = await indexFace({ enrolment, ...shown(enrolment) }, by);
  return (await persistPerson({ enrolment, face_id }, by)).status;
}

const rows = (kind: string) =>
  services.rowsOf('people', person()).then((all) => all.filter(({ record }) => String(record).startsWith(kind)));

/** Every row of a face stands for one vector, and every enrolled portrait has its face. */
async function checkCollection(): Promise<void> {
  const inTable = (await rows('face#')).map((row) => EnrolledFaceRecord.parse(row));
  const inCollection = await faces.facesOf(person());
  expect(inTable.map(({ face_id }) => face_id).toSorted()).toStrictEqual(inCollection.toSorted());
  const enrolled = (await rows('enrolment#')).filter(({ status }) => status === 'ENROLLED');
  expect([...new Set(enrolled.map(({ face_id }) => face_id))].toSorted()).toStrictEqual(inCollection.toSorted());
}

test('the row of an enrolled face says what it is and which portrait holds it', async () => {
  const drawing = aDrawing('one', LARGE);
  const enrolment = await portrait('1.jpg', 1, drawing);
  expect(await enrol(enrolment)).toBe('ENROLLED');
  const [face_id] = await faces.facesOf(person());
  expect(await rows('face#')).toStrictEqual([
    {
      person_id: person(),
      record: enrolledFaceRecordOf(enrolment.picture.sha256),
      held_by: new Set([`${enrolment.record} ${enrolment.sequencer}`]),
      face_id,
      bucket: 'photos',
      key: enrolment.key,
      version_id: enrolment.version_id,
      sha256: enrolment.picture.sha256,
      confidence: 99,
      brightness: 80,
      sharpness: 90,
      yaw: 0,
      bounding_box: LARGE,
      model_version: 'face-api-1.7.15',
      timestamp: EVENT_TIME,
    },
  ]);
});

test('a clearer bystander is refused, and no face of the photo stays in the collection', async () => {
  const enrolment = await portrait('1.jpg', 1, aDrawing('bystander', SMALL, LARGE));
  await claimed(enrolment);
  expect(await failureOf(indexFace({ enrolment, ...shown(enrolment) }, store()))).toStrictEqual({
    name: 'SeveralFacesInPhoto',
    message: 'Another face in the photo is clearer than the largest one. Crop it to the one person.',
  });
  expect(await faces.facesOf(person())).toStrictEqual([]);
  expect(await rows('face#')).toStrictEqual([]);
});

test('a small bystander who is less clear does not matter', async () => {
  expect(await enrol(await portrait('1.jpg', 1, aDrawing('behind', LARGE, SMALL)))).toBe('ENROLLED');
  await checkCollection();
});

test('a refusal that is interrupted before the face is removed ends the same when it is tried again', async () => {
  const enrolment = await portrait('1.jpg', 1, aDrawing('bystander', SMALL, LARGE));
  await claimed(enrolment);
  const unreachable = new RekognitionClient({});
  const rekognition = Object.assign(unreachable, {
    send: (command: Parameters<RekognitionClient['send']>[0]) =>
      command.constructor.name === 'DeleteFacesCommand'
        ? Promise.reject(new ServiceError('ThrottlingException', 'Slow down.'))
        : faces.rekognition.send(command),
  });
  const interrupted = indexFace({ enrolment, ...shown(enrolment) }, { ...store(), rekognition });
  expect(await failureOf(interrupted)).toMatchObject({ name: 'ThrottlingException' });
  expect(await faces.facesOf(person())).toHaveLength(1);
  expect(await failureOf(indexFace({ enrolment, ...shown(enrolment) }, store()))).toMatchObject({
    name: 'SeveralFacesInPhoto',
  });
  expect(await faces.facesOf(person())).toStrictEqual([]);
  expect(await rows('face#')).toStrictEqual([]);
});

test('a refusal leaves the face alone that another portrait of the same bytes has enrolled', async () => {
  const drawing = aDrawing('shared', LARGE);
  await enrol(await portrait('1.jpg', 1, drawing));
  const second = await portrait('2.jpg', 1, drawing);
  await claimed(second);
  const elsewhere = { ...shown(second), face: aFace({ bounding_box: SMALL }) };
  expect(await failureOf(indexFace({ enrolment: second, ...elsewhere }, store()))).toMatchObject({
    name: 'SeveralFacesInPhoto',
  });
  expect(await faces.facesOf(person())).toHaveLength(1);
  await checkCollection();
});

test('a newer portrait under the same key takes the place of the older one', async () => {
  await enrol(await portrait('1.jpg', 1, aDrawing('old', LARGE)));
  const old = await faces.facesOf(person());
  expect(await enrol(await portrait('1.jpg', 2, aDrawing('new', LARGE)))).toBe('ENROLLED');
  expect(await faces.facesOf(person())).toHaveLength(1);
  expect(await faces.facesOf(person())).not.toStrictEqual(old);
  await checkCollection();
});

test('a face that two keys share stays until both have another', async () => {
  const shared = aDrawing('shared', LARGE);
  await enrol(await portrait('1.jpg', 1, shared));
  await enrol(await portrait('2.jpg', 1, shared));
  expect(await faces.facesOf(person())).toHaveLength(1);
  await enrol(await portrait('1.jpg', 2, aDrawing('first', LARGE)));
  expect(await faces.facesOf(person())).toHaveLength(2);
  await enrol(await portrait('2.jpg', 2, aDrawing('second', LARGE)));
  expect(await faces.facesOf(person())).toHaveLength(2);
  await checkCollection();
});

test('an enrolment whose photo gets a newer version meanwhile takes its face back', async () => {
  const [older, newer] = [
    await portrait('1.jpg', 1, aDrawing('old', LARGE)),
    await portrait('1.jpg', 2, aDrawing('new', LARGE)),
  ];
  await claimed(older);
  const { face_id } = await indexFace({ enrolment: older, ...shown(older) }, store());
  expect(await enrol(newer)).toBe('ENROLLED');
  expect(await persistPerson({ enrolment: older, face_id }, store())).toStrictEqual({
    status: 'SUPERSEDED',
    person_id: person(),
  });
  await checkCollection();
});

test('a second execution of the same version leaves the face of the first', async () => {
  const first = await portrait('1.jpg', 1, aDrawing('one', LARGE));
  await claimed(first);
  const { face_id } = await indexFace({ enrolment: first, ...shown(first) }, store());
  const other = { ...first, execution_arn: 'arn:another' };
  await finishClaim(services.dynamoDb, enrolmentRow(services.peopleTable, first.key), first, { status: 'FAILED' });
  expect(await enrol(other)).toBe('ENROLLED');
  expect((await persistPerson({ enrolment: first, face_id }, store())).status).toBe('SUPERSEDED');
  await checkCollection();
});

test('an attempt that is repeated does not pay again', async () => {
  const enrolment = await portrait('1.jpg', 1, aDrawing('one', LARGE));
  await claimed(enrolment);
  const before = faces.counts['IndexFaces'] ?? 0;
  const once = await indexFace({ enrolment, ...shown(enrolment) }, store());
  expect(await indexFace({ enrolment, ...shown(enrolment) }, store())).toStrictEqual(once);
  expect(faces.counts['IndexFaces']).toBe(before + 1);
});

const versions = fc.array(fc.record({ file: fc.constantFrom('1.jpg', '2.jpg'), drawing: fc.nat(2) }), {
  minLength: 2,
  maxLength: 4,
});

test('versions and keys, interleaved at every call, leave one face for each portrait', async () => {
  await fc.assert(
    fc.asyncProperty(versions, fc.scheduler(), async (uploads, scheduler) => {
      name = `Race ${++people}`;
      const enrolments: Enrolment[] = [];
      for (const [age, { file, drawing }] of uploads.entries()) {
        enrolments.push(await portrait(file, age + 1, aDrawing(`${drawing}`, LARGE)));
      }
      const scheduled = <Client extends { send: unknown }>(client: Client): Client => {
        const send = async (command: unknown) => {
          await scheduler.schedule(Promise.resolve());
          return (client.send as (command: unknown) => Promise<unknown>).call(client, command);
        };
        return new Proxy(client, {
          get: (of, property) => (property === 'send' ? send : (Reflect.get(of, property) as unknown)),
        });
      };
      const by = {
        ...store(),
        collectionId: COLLECTION,
        dynamoDb: scheduled(services.dynamoDb),
        rekognition: scheduled(faces.rekognition),
      };
      await scheduler.waitFor(Promise.all(enrolments.map((enrolment) => enrol(enrolment, by))));
      const ended = await rows('enrolment#');
      expect(ended.map(({ status }) => status)).toStrictEqual(ended.map(() => 'ENROLLED'));
      await checkCollection();
    }),
    { numRuns: 15 },
  );
}, 120_000);
