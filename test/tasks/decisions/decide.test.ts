import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Batch, NewDecision } from '../../../schemas/decisions.ts';
import { Processed } from '../../../schemas/processed.ts';
import { FaceRecord } from '../../../schemas/records.ts';
import { run as applyDecisions } from '../../../tasks/apply-decisions.ts';
import { run as recordDecisions } from '../../../tasks/record-decisions.ts';
import {
  aFaceRecord,
  aMatch,
  anUploadedObject,
  ANOTHER_EXECUTION,
  aPersonRecord,
  aPhotoRecord,
  JANE,
  JOHN,
} from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { BUCKET, NOW, startTaskServices, type TaskServices } from '../../support/task-services.ts';

let services: TaskServices;
let name = '';
let tests = 0;
beforeAll(async () => {
  services = await startTaskServices();
  await services.putRow('people', aPersonRecord({ person_id: JOHN, name: 'John Doe' }));
});
beforeEach(() => {
  name = `${++tests}.jpg`;
});
afterAll(() => services.close());

const BOX = aFaceRecord().bounding_box;
const ELSEWHERE = { left: 0.6, top: 0.1, width: 0.2, height: 0.3 };

/** A photo that was processed: its object, row, one face found to be John, and JSON. */
async function aProcessedPhoto(overrides: Partial<Parameters<typeof aPhotoRecord>[0]> = {}, image_id = name) {
  const bytes = await sharp({ create: { width: 400, height: 300, channels: 3, background: { r: tests, g: 9, b: 9 } } })
    .png()
    .toBuffer();
  const { etag } = await services.putObject(`input/${image_id}`, bytes);
  const key = `input/${image_id}`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const processed_key = `processed/${image_id}on`;
  const object = { ...anUploadedObject({ key, etag }), size: bytes.length };
  const outcome = { processed_at: NOW, pipeline_version: '1.2.3', sha256, width: 400, height: 300, format: 'png' };
  const counts = { face_count: 1, matched_count: 1 };
  await services.putRow('results', {
    ...aPhotoRecord({ image_id, ...object, status: 'COMPLETED', processed_key, ...outcome, ...counts, ...overrides }),
  });
  const face = aFaceRecord({ image_id, etag, proposal: aMatch(), ...MATCHED });
  await services.putRow('results', { ...face });
  const { sequencer: _, execution_arn: __, ...address } = object;
  await services.putObject(
    processed_key,
    JSON.stringify({
      image_id,
      ...address,
      ...outcome,
      status: 'COMPLETED',
      faces: [{ ...jsonFace(face), landmarks: [{ type: 'eyeLeft', x: 0.3, y: 0.4 }], quality: { sharpness: 80 } }],
    } satisfies Processed),
  );
  return { etag, sha256, processed_key };
}

const MATCHED = {
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  ...aMatch().best,
  person: 'John Doe',
} as const;

const jsonFace = ({ face_index: index, ...face }: FaceRecord) => {
  const { status, reason, source, confidence, bounding_box, emotions, crop_key } = face;
  const { face_id, person_id, person, similarity } = face as typeof face & typeof MATCHED;
  const named = { face_id, person_id, person, similarity };
  const outcome = { status, reason, source, confidence, bounding_box, emotions, crop_key, ...named };
  return { index, ...outcome, landmarks: [], pose: {}, quality: {} };
};

const decision = (etag: string, overrides: Partial<NewDecision> = {}): NewDecision => ({
  kind: 'PERSON',
  image_id: name,
  etag,
  bounding_box: BOX,
  source: 'manual',
  ...overrides,
});

/** What the states of the machine do. */
async function decide(id: string, decisions: NewDecision[], people: Batch['people'] = []) {
  const batch: Batch = { batch: id, by: 'ada', timestamp: NOW, people, decisions };
  await services.putObject(`work/decisions/${id}.json`, JSON.stringify(batch));
  const recorded = await recordDecisions({ bucket: BUCKET, batch: id }, services);
  for (let at: { next: number; more: boolean } = recorded; at.more;) {
    at = await applyDecisions({ bucket: BUCKET, batch: id, from: at.next }, services);
  }
  return recorded;
}

const faces = async () =>
  (await services.rowsOf('results', name))
    .filter((row) => row['record'] !== 'photo')
    .map((row) => FaceRecord.parse(row));
const photo = async () => (await services.rowsOf('results', name)).find((row) => row['record'] === 'photo')!;
const json = async () => Processed.parse(await services.getJson(`processed/${name}on`));

describe('a decision', () => {
  test('is an entry of the ledger, and rows and JSON follow from it', async () => {
    const { etag, sha256 } = await aProcessedPhoto();
    const recorded = await decide(
      'named',
      [decision(etag, { person_id: JANE })],
      [{ person_id: JANE, name: 'Jane Roe' }],
    );
    expect(recorded).toStrictEqual({ decisions: 1, photos: 1, next: 0, more: true });
    expect(await services.rowsOf('decisions', sha256)).toStrictEqual([
      {
        photo: sha256,
        entry: `${NOW}#named#000000`,
        timestamp: NOW,
        by: 'ada',
        batch: 'named',
        ...decision(etag, { person_id: JANE }),
      },
    ]);
    const named = {
      status: 'MATCHED',
      reason: 'DECIDED_BY_HAND',
      source: 'manual',
      person_id: JANE,
      person: 'Jane Roe',
    };
    expect(await faces()).toMatchObject([{ ...named, proposal: aMatch() }]);
    const [written] = (await json()).faces;
    expect(written).toMatchObject({
      ...named,
      landmarks: [{ type: 'eyeLeft', x: 0.3, y: 0.4 }],
      quality: { sharpness: 80 },
    });
    expect(written).not.toHaveProperty('similarity');
    const people = await services.rowsOf('people', JANE);
    expect(people).toMatchObject([{ record: 'person', name: 'Jane Roe', created_at: NOW }]);
  });

  test('that is recorded twice is one entry', async () => {
    const { etag, sha256 } = await aProcessedPhoto();
    for (let attempt = 0; attempt < 2; attempt += 1) await decide('again', [decision(etag, { kind: 'STRANGER' })]);
    expect(await services.rowsOf('decisions', sha256)).toHaveLength(1);
    expect(await faces()).toMatchObject([{ status: 'STRANGER', source: 'manual' }]);
    expect(await photo()).toMatchObject({ status: 'COMPLETED', face_count: 1, matched_count: 0 });
  });

  test('can be undone', async () => {
    const { etag, sha256 } = await aProcessedPhoto();
    const before = [await faces(), await photo(), await json()];
    await decide('wrong', [decision(etag, { kind: 'NOT_PERSON', person_id: JOHN })]);
    expect(await faces()).toMatchObject([{ status: 'UNKNOWN', reason: 'DECIDED_BY_HAND' }]);
    const undo = decision(etag, { kind: 'UNDO', undoes: `${NOW}#wrong#000000`, photo: sha256 });
    await decide('zundo', [undo]);
    expect([await faces(), await photo(), await json()]).toStrictEqual(before);
  });

  test('about a photo that is gone, or was replaced, changes nothing of the whole batch', async () => {
    const { etag, sha256 } = await aProcessedPhoto();
    const good = decision(etag, { kind: 'STRANGER' });
    expect(await failureOf(decide('gone', [good, decision(etag, { image_id: 'gone.jpg' })]))).toStrictEqual({
      name: 'DecisionsInvalid',
      message: 'gone.jpg has no result to decide about. Upload it, or wait until it is processed.',
    });
    expect(await failureOf(decide('old', [decision('old', { kind: 'STRANGER' })]))).toStrictEqual({
      name: 'DecisionsInvalid',
      message: `${name} was replaced by another picture in the meantime. Look at it again.`,
    });
    expect(await services.rowsOf('decisions', sha256)).toStrictEqual([]);
  });

  test('waits while an execution works on the photo', async () => {
    const { etag } = await aProcessedPhoto({ status: 'PROCESSING', execution_arn: ANOTHER_EXECUTION });
    expect(await failureOf(decide('early', [decision(etag, { kind: 'STRANGER' })]))).toStrictEqual({
      name: 'PhotoUnderWay',
      message: '1 of 1 photos are being processed.',
    });
    expect(await faces()).toMatchObject([{ status: 'MATCHED' }]);
    await services.putRow('results', { ...(await photo()), status: 'COMPLETED' });
    await applyDecisions({ bucket: BUCKET, batch: 'early', from: 0 }, services);
    expect(await faces()).toMatchObject([{ status: 'STRANGER' }]);
  });
});

describe('a drawn face', () => {
  test('gets a row, a crop and a place in the JSON, and loses them when it is undone', async () => {
    const { etag, sha256 } = await aProcessedPhoto();
    await decide('drawn', [decision(etag, { kind: 'FACE', bounding_box: ELSEWHERE, person_id: JANE })]);
    expect(await faces()).toMatchObject([{ face_index: 0 }, { face_index: 100, person_id: JANE, confidence: 100 }]);
    expect((await json()).faces.map(({ index }) => index)).toStrictEqual([0, 100]);
    expect(await photo()).toMatchObject({ face_count: 2, matched_count: 2 });
    const crop = await sharp(await services.getObject(`faces/drawn/${sha256}/100.jpg`)).metadata();
    expect([crop.width, crop.height]).toStrictEqual([133, 150]);

    const undo = decision(etag, { kind: 'UNDO', undoes: `${NOW}#drawn#000000`, photo: sha256 });
    await decide('zundrawn', [undo]);
    expect(await faces()).toMatchObject([{ face_index: 0 }]);
    expect((await json()).faces.map(({ index }) => index)).toStrictEqual([0]);
  });

  test('in a photo without faces completes it', async () => {
    const { etag } = await aProcessedPhoto({ status: 'NO_FACES' });
    await decide('first', [decision(etag, { kind: 'NOT_A_FACE' })]);
    expect(await photo()).toMatchObject({ status: 'COMPLETED' });
  });
});

test('a person who is merged into another one is that person in every photo, until it is taken back', async () => {
  await services.putRow('people', aPersonRecord({ person_id: JANE, name: 'Jane Roe' }));
  await aProcessedPhoto();
  expect(await decide('merge', [], [{ person_id: JOHN, merged_into: JANE }])).toMatchObject({
    decisions: 0,
    more: true,
  });
  expect(await faces()).toMatchObject([{ person_id: JANE, person: 'Jane Roe', proposal: aMatch() }]);
  expect((await json()).faces).toMatchObject([{ person_id: JANE, person: 'Jane Roe' }]);
  await decide('unmerge', [], [{ person_id: JOHN, merged_into: null }, { person_id: JANE }]);
  expect(await faces()).toMatchObject([{ person_id: JOHN, person: 'John Doe' }]);
});

test("a person's threshold is set and removed, and photos that only resemble the person are derived as well", async () => {
  const best = { ...aMatch().best!, similarity: 75 };
  await aProcessedPhoto();
  const proposal = { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', best } as const;
  const [face] = await faces();
  await services.putRow('results', { ...face, proposal, status: 'UNKNOWN', person_id: undefined, person: undefined });
  const setTo = async (id: string, threshold: number | null) => {
    const body: Batch = {
      batch: id,
      by: 'ada',
      timestamp: NOW,
      people: [{ person_id: JOHN, threshold }],
      decisions: [],
      photos: [name],
    };
    await services.putObject(`work/decisions/${id}.json`, JSON.stringify(body));
    await recordDecisions({ bucket: BUCKET, batch: id }, services);
    await applyDecisions({ bucket: BUCKET, batch: id, from: 0 }, services);
    const [person] = await services.rowsOf('people', JOHN);
    return [person?.['threshold'], (await faces())[0]?.status];
  };
  expect(await setTo('lower', 75)).toStrictEqual([75, 'MATCHED']);
  expect(await setTo('removed', null)).toStrictEqual([undefined, 'UNKNOWN']);
});
