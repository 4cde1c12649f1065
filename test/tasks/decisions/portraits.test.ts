import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Decision } from '../../../schemas/decisions.ts';
import { enrolledFaceRecordOf, enrolmentRecordOf, facePortraitKeyOf } from '../../../schemas/keys.ts';
import type { FaceRecord } from '../../../schemas/records.ts';
import { strayPortraits } from '../../../tasks/decisions/portraits.ts';
import { run as withdraw } from '../../../tasks/withdraw-portraits.ts';
import {
  aDecision,
  aFaceRecord,
  aPersonRecord,
  aPhotoRecord,
  FACE_ID,
  JANE,
  JOHN,
  SHA256,
} from '../../support/builders.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../../support/rekognition.ts';
import { BUCKET, startTaskServices, type TaskServices } from '../../support/task-services.ts';

const KEY = facePortraitKeyOf(JOHN, SHA256, 0);
const ENROLMENT = { person_id: JOHN, record: enrolmentRecordOf(KEY) };

let services: TaskServices;
let server: ScriptedRekognition;
beforeAll(async () => {
  services = await startTaskServices();
  server = await aScriptedRekognition({ DeleteFaces: [{ DeletedFaces: [FACE_ID] }] });
  await services.putRow('people', aPersonRecord({ person_id: JOHN }));
});
beforeEach(() => services.putRow('people', { ...ENROLMENT, status: 'ENROLLED' }));
afterAll(async () => {
  await server.close();
  await services.close();
});

describe('a portrait that was made of a face of the photo', () => {
  const strays = (face: Partial<FaceRecord>, ledger: readonly Decision[]) => {
    const photo = aPhotoRecord({ status: 'COMPLETED', sha256: SHA256 });
    return strayPortraits({ outcome: 'DERIVED', photo, faces: [aFaceRecord(face)], ledger }, services);
  };
  const named = aDecision({ kind: 'PERSON', person_id: JOHN });
  const matched = { status: 'MATCHED', person_id: JOHN } as const;

  test('stays as long as the face is the person’s', async () => {
    expect(await strays(matched, [named])).toStrictEqual([]);
  });

  test('goes with the name', async () => {
    expect(await strays({}, [named, aDecision({ kind: 'UNDO', undoes: named.entry })])).toStrictEqual([KEY]);
    expect(await strays({ ...matched, person_id: JANE }, [named])).toStrictEqual([KEY]);
    expect(await strays({ status: 'STRANGER' }, [named, aDecision({ kind: 'STRANGER' })])).toStrictEqual([KEY]);
  });

  test('stays when the person is merged into another', async () => {
    await services.putRow('people', aPersonRecord({ person_id: JANE, name: 'Jane Roe' }));
    await services.putRow('people', aPersonRecord({ person_id: JOHN, merged_into: JANE }));
    expect(await strays({ ...matched, person_id: JANE }, [named])).toStrictEqual([]);
    await services.putRow('people', aPersonRecord({ person_id: JOHN }));
  });

  test('is not looked for where there is none, or nobody was named', async () => {
    expect(await strays({}, [aDecision({ kind: 'PERSON', person_id: JANE })])).toStrictEqual([]);
    expect(await strays({}, [aDecision({ kind: 'STRANGER' })])).toStrictEqual([]);
  });
});

describe('withdrawing a portrait', () => {
  const face = { person_id: JOHN, record: enrolledFaceRecordOf(SHA256), face_id: FACE_ID };
  const holder = (record: string) => `${record} 0A`;
  const run = () => {
    const store = { ...services, rekognition: server.rekognition, collectionId: 'people' };
    return withdraw({ bucket: BUCKET, keys: [KEY], next: 25, more: true }, store);
  };
  const records = async () => (await services.rowsOf('people', JOHN)).map(({ record }) => record);

  test('removes its object, its face and its row, also a second time', async () => {
    await services.putObject(KEY, 'a crop');
    await services.putRow('people', { ...face, held_by: new Set([holder(ENROLMENT.record)]) });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await run()).toStrictEqual({ next: 25, more: true });
      expect([await records(), await services.listKeys('enroll/')]).toStrictEqual([['person'], []]);
    }
    expect(server.calls.map(({ operation }) => operation)).toStrictEqual(['DeleteFaces']);
  });

  test('leaves a face that another portrait holds', async () => {
    await services.putRow('people', {
      ...face,
      held_by: new Set([holder(ENROLMENT.record), holder('enrolment#other')]),
    });
    await run();
    expect(await records()).toStrictEqual([face.record, 'person']);
  });
});
