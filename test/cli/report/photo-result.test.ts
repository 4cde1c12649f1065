import { expect, test } from 'vitest';
import { hasFailed, photoResult } from '../../../cli/report/photo-result.ts';
import { aFace, aPhoto, aStranger, EXECUTION, FACE_ID, ROBIN } from '../records.ts';

test('a JSON line holds what scripts rely on, and nothing else', () => {
  expect(JSON.stringify(photoResult({ photo: aPhoto(), faces: [aFace(), aStranger()], durationMs: 1500 }))).toBe(
    JSON.stringify({
      image_id: 'party.jpg',
      status: 'COMPLETED',
      faces: [
        {
          index: 0,
          status: 'MATCHED',
          reason: 'SIMILARITY_ABOVE_THRESHOLD',
          person: 'Robin',
          person_id: ROBIN,
          face_id: FACE_ID,
          similarity: 93.9,
          confidence: 99,
          bounding_box: { left: 0.5, top: 0.1, width: 0.1, height: 0.2 },
          emotions: [{ type: 'HAPPY', confidence: 97.4 }],
        },
        {
          index: 1,
          status: 'UNKNOWN',
          reason: 'SIMILARITY_BELOW_THRESHOLD',
          confidence: 99,
          bounding_box: { left: 0.2, top: 0.1, width: 0.1, height: 0.2 },
          emotions: [{ type: 'HAPPY', confidence: 97.4 }],
        },
      ],
      processed_key: 'processed/party.json',
      execution_arn: EXECUTION,
      duration_ms: 1500,
    }),
  );
});

test('a photo that failed says by which error', () => {
  const { processed_key: _, processed_at: __, ...photo } = aPhoto({ status: 'FAILED', error: 'Boom' });
  const shown = { photo, faces: [], durationMs: null };
  expect([hasFailed(shown), photoResult(shown)]).toStrictEqual([
    true,
    {
      image_id: 'party.jpg',
      status: 'FAILED',
      reason: 'Boom',
      faces: [],
      processed_key: null,
      execution_arn: EXECUTION,
      duration_ms: null,
    },
  ]);
});

test('a photo that could not be read has failed, too', () => {
  const shown = { image_id: 'party.jpg', problem: 'EACCES' };
  expect([hasFailed(shown), photoResult(shown)]).toStrictEqual([
    true,
    {
      image_id: 'party.jpg',
      status: 'FAILED',
      reason: 'EACCES',
      faces: [],
      processed_key: null,
      execution_arn: null,
      duration_ms: null,
    },
  ]);
});
