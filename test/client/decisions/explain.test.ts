import { expect, test } from 'vitest';
import { explain } from '../../../client/decisions/explain.ts';
import type { Decision } from '../../../schemas/decisions.ts';
import { FaceReason, type FaceSearch } from '../../../schemas/faces.ts';
import type { FaceRecord } from '../../../schemas/records.ts';
import { aFace, aPhoto, aStranger, FACE_ID, KIM, PEOPLE, ROBIN } from '../../cli/records.ts';

const quality = { brightness: 80.4, sharpness: 46.1 };
const told = (face: FaceRecord, ...decisions: Decision[]) =>
  explain({ photo: aPhoto(), face, quality, decisions, people: PEOPLE, threshold: 80 }).split('\n');
const MEASURES = 'The face has 192 x 256 pixels: 99.0 % sure to be a face, sharpness 46, brightness 80.';
const FOUND: FaceSearch = {
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  best: { face_id: FACE_ID, person_id: ROBIN, similarity: 93.94 },
  runner_up: { face_id: FACE_ID, person_id: KIM, similarity: 61.24 },
};

test("a person's own threshold is called so", () => {
  const facts = {
    photo: aPhoto(),
    face: aFace({ ...FOUND.best, proposal: FOUND }),
    quality,
    decisions: [],
    people: PEOPLE,
  };
  expect(explain({ ...facts, threshold: 92, hasOwnThreshold: true })).toContain(
    '93.9 % similar, and the threshold of this person is 92 %.',
  );
});

const said = (over: Partial<Decision>): Decision => ({
  photo: '0'.repeat(64),
  entry: '2026-11-24T10:00:00.000Z#b1#000000',
  timestamp: '2026-11-24T10:00:00.000Z',
  by: 'ada',
  batch: 'b1',
  image_id: 'party.jpg',
  etag: 'e1',
  bounding_box: aFace().bounding_box,
  kind: 'PERSON',
  source: 'manual',
  ...over,
});

test('a match is told with similarity, threshold, margin, size and quality', () => {
  expect(told(aFace({ runner_up: { face_id: FACE_ID, person_id: KIM, similarity: 61.2 } }))).toStrictEqual([
    'It is Robin: 93.9 % similar, and the threshold is 80 %. Next is Kim with 61.2 %, 32.7 less.',
    MEASURES,
  ]);
});

test('a similarity just below the threshold is not rounded up to it', () => {
  expect(told(aStranger())).toStrictEqual([
    'It is nobody known: Kim is the most similar with 79.9 %, and the threshold is 80 %.',
    MEASURES,
  ]);
});

test('a decision by hand is told with who made it, and what the search alone says', () => {
  const face = aFace({ reason: 'DECIDED_BY_HAND', source: 'manual', person_id: KIM, person: 'Kim', proposal: FOUND });
  expect(told(face, said({ kind: 'NOT_PERSON', person_id: ROBIN }), said({ person_id: KIM }))).toStrictEqual([
    'It is Kim, because somebody said so.',
    'ada said that it is not Robin on 2026-11-24T10:00:00.000Z (batch b1).',
    'ada said that it is Kim on 2026-11-24T10:00:00.000Z (batch b1).',
    'The search alone says: It is Robin: 93.9 % similar, and the threshold is 80 %. Next is Kim with 61.2 %, 32.7 less.',
    MEASURES,
  ]);
});

test('a face that was found by searching again names the batch, which can be undone', () => {
  const proposal: FaceSearch = { status: 'UNKNOWN', reason: 'NO_CANDIDATE' };
  const face = aFace({ source: 'propagated', proposal });
  expect(told(face, said({ source: 'propagated', person_id: ROBIN }))).toStrictEqual([
    'It is Robin: 93.9 % similar, and the threshold is 80 %.',
    'It was found when unknown faces were searched again on 2026-11-24T10:00:00.000Z (batch b1).',
    'The search alone says: It is nobody known: nobody who is enrolled is similar to it at all.',
    MEASURES,
  ]);
});

test.each<[FaceRecord['status'], Decision['kind'], string, string]>([
  ['STRANGER', 'STRANGER', 'It is a stranger, because somebody said so.', 'said that it is a stranger'],
  ['NOT_A_FACE', 'NOT_A_FACE', 'It is not a face, because somebody said so.', 'said that it is not a face'],
  ['UNKNOWN', 'NOT_PERSON', 'It is nobody known, because somebody said who it is not.', 'said that it is not Kim'],
  ['MATCHED', 'FACE', 'It is somebody, because somebody said so.', 'drew it and said that it is Kim'],
])('a face that is %s by a decision %s says so', (status, kind, outcome, saying) => {
  const face = aStranger({ status, reason: 'DECIDED_BY_HAND', source: 'manual', candidate: undefined });
  expect(told(face, said({ kind, person_id: KIM }))).toStrictEqual([
    outcome,
    `ada ${saying} on 2026-11-24T10:00:00.000Z (batch b1).`,
    MEASURES,
  ]);
});

test('every reason has a sentence of its own', () => {
  const sentences = FaceReason.options.map((reason) => told(aStranger({ reason }))[0]);
  expect(sentences).toMatchSnapshot();
  expect(new Set(sentences).size).toBe(FaceReason.options.length);
});

test('control characters of a name are printed escaped', () => {
  const people = new Map([[ROBIN, 'Ro\u001bbin']]);
  const facts = { photo: aPhoto(), face: aFace(), quality: undefined, decisions: [], people, threshold: 80 };
  expect(explain(facts).split('\n')[0]).toBe('It is Ro\\u{1b}bin: 93.9 % similar, and the threshold is 80 %.');
});

test('nobody is mentioned who is as unlike as anybody', () => {
  const unlike = { face_id: FACE_ID, person_id: KIM, similarity: 0.4 };
  const match = aFace({ runner_up: unlike });
  expect([told(aStranger({ candidate: unlike }))[0], told(match)[0]]).toStrictEqual([
    'It is nobody known: nobody who is enrolled is similar to it at all.',
    'It is Robin: 93.9 % similar, and the threshold is 80 %.',
  ]);
});
