import { expect, test } from 'vitest';
import type { CroppedFace, DetectedFace } from '../../schemas/faces.ts';
import { cropKeyOf, imageIdOf, processedKeyOf, workPrefixOf } from '../../schemas/keys.ts';
import { TASKS } from '../../schemas/tasks.ts';
import { aCroppedFace, aFace, aMatch, anInput, aPhoto, aPicture, FACE_ID, JANE, SHA256 } from '../support/builders.ts';

/** Of state input and output, in bytes of UTF-8 (Step Functions, service quotas). */
const LIMIT = 262_144;

/** As long as S3 allows, and each character as long in JSON as any: six bytes for one. */
const LONGEST_KEY = `input/${'\u0001'.repeat(1018)}`;
const VERSION = 'v'.repeat(32);
const PREFIX = workPrefixOf(LONGEST_KEY, SHA256, VERSION);
/** A ratio with all the digits that JSON writes. */
const RATIO = 1 / 3 / 10;

const box = { left: RATIO, top: RATIO, width: RATIO, height: RATIO };
const emotions = ['SURPRISED', 'DISGUSTED', 'CONFUSED'].map((type) => ({ type, confidence: 33.333_333_333_333_336 }));
/** With all the digits that a slot can have. */
const SLOT = 1_772_366_400_022.222;
const WAIT = '2026-03-01T12:00:00.022Z';
const indices = Array.from({ length: 100 }, (_, index) => index);

const photo = aPhoto({
  key: LONGEST_KEY,
  version_id: VERSION,
  etag: SHA256,
  work_prefix: PREFIX,
  picture: aPicture({ key: LONGEST_KEY, version_id: VERSION }),
  execution_arn: `arn:aws:states:ap-southeast-2:123456789012:execution:${'m'.repeat(80)}:${'e'.repeat(80)}`,
});
const detected: DetectedFace[] = indices.map((index) =>
  aFace({ index, search_at: SLOT, confidence: 99.999_992_370_605_47, bounding_box: box, emotions }),
);
const cropped: CroppedFace[] = detected.map((face) =>
  aCroppedFace({ ...face, crop_key: cropKeyOf(PREFIX, face.index), pixels: 1234, in_crop: box }),
);

const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

test('a photo of a hundred faces with the longest key stays within the limit of a state, all through', () => {
  const { execution_arn: _, ...event } = anInput({ key: LONGEST_KEY, etag: SHA256, version_id: VERSION });
  const loaded = TASKS['load-image'].output.parse({ proceed: true, photo, detect_at: SLOT, wait_until: WAIT });
  const found = TASKS['detect-faces'].output.parse({
    faces: cropped,
    count: 100,
    wait_until: WAIT,
    details_key: `${PREFIX}detected.json`,
  });
  const processed = TASKS['write-processed'].output.parse({
    status: 'COMPLETED',
    image_id: imageIdOf(LONGEST_KEY),
    bucket: photo.bucket,
    processed_key: processedKeyOf(imageIdOf(LONGEST_KEY)),
    faces: { MATCHED: 30, UNKNOWN: 40, UNSEARCHABLE: 30 },
  });
  // The event as EventBridge wraps it, and what each state has added by its end.
  const envelope = { version: '0', id: 'i'.repeat(36), source: 'aws.s3', resources: ['r'.repeat(100)] };
  const state = { ...envelope, ...event, loaded, detected: found, processed };
  expect(bytes(state)).toBeLessThan(LIMIT);
});

test('what goes into each face’s iteration stays within the limit', () => {
  const candidate = { face_id: FACE_ID, person_id: JANE, similarity: RATIO };
  const search = aMatch({ best: candidate, runner_up: candidate });
  expect(bytes(TASKS['persist-face'].input.parse({ photo, face: cropped[99], search }))).toBeLessThan(LIMIT);
});

test('what the Map gathers of a hundred faces stays within the limit', () => {
  const results = indices.map((index) => TASKS['persist-face'].output.parse({ index, written: true }));
  expect(bytes(results)).toBeLessThan(LIMIT);
});
