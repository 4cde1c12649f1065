import { PersonId } from '../../schemas/faces.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';

export const ROBIN = PersonId.parse('p_000000000000000000000001');
export const KIM = PersonId.parse('p_000000000000000000000002');
export const PEOPLE = new Map([
  [ROBIN, 'Robin'],
  [KIM, 'Kim'],
]);
export const FACE_ID = '11111111-1111-4111-8111-111111111111';
export const EXECUTION = 'arn:aws:states:us-east-1:000000000000:execution:rollcall-recognition:one';

const VERSION = {
  etag: 'e1',
  sequencer: '1'.padStart(40, '0'),
  execution_arn: EXECUTION,
  timestamp: '2026-11-23T18:00:00Z',
};

export const aPhoto = (over: Partial<PhotoRecord> = {}): PhotoRecord => ({
  image_id: 'party.jpg',
  record: 'photo',
  status: 'COMPLETED',
  bucket: 'photos',
  key: 'input/party.jpg',
  size: 1000,
  ...VERSION,
  claimed_at: '2026-11-23T18:00:01.000Z',
  processed_at: '2026-11-23T18:00:02.500Z',
  processed_key: 'processed/party.json',
  day: '2026-11-23',
  width: 1920,
  height: 1280,
  format: 'jpeg',
  ...over,
});

export const aFace = (over: Partial<FaceRecord> = {}): FaceRecord => ({
  image_id: 'party.jpg',
  record: 'face#000',
  face_index: 0,
  ...VERSION,
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  source: 'machine',
  confidence: 99,
  bounding_box: { left: 0.5, top: 0.1, width: 0.1, height: 0.2 },
  emotions: [{ type: 'HAPPY', confidence: 97.4 }],
  crop_key: 'faces/a/000.jpg',
  face_id: FACE_ID,
  person_id: ROBIN,
  person: 'Robin',
  similarity: 93.9,
  ...over,
});

/** Nobody who is enrolled, and most like Kim. */
export const aStranger = (over: Partial<FaceRecord> = {}): FaceRecord => {
  const { face_id: _, person_id: __, person: ___, similarity: ____, ...face } = aFace();
  return {
    ...face,
    record: 'face#001',
    face_index: 1,
    status: 'UNKNOWN',
    reason: 'SIMILARITY_BELOW_THRESHOLD',
    bounding_box: { left: 0.2, top: 0.1, width: 0.1, height: 0.2 },
    candidate: { face_id: FACE_ID, person_id: KIM, similarity: 79.96 },
    ...over,
  };
};
