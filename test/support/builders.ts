import { createHash } from 'node:crypto';
import type { Decision } from '../../schemas/decisions.ts';
import type { CroppedFace, DetectedFace, FaceSearch } from '../../schemas/faces.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { enrolmentRecordOf, imageIdOf, paddedSequencer, workPrefixOf } from '../../schemas/keys.ts';
import type { Enrolment, Photo, Picture, UploadedObject } from '../../schemas/payloads.ts';
import type { FaceRecord, PersonRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Input } from '../../schemas/tasks.ts';
import { BUCKET } from './task-services.ts';

export const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:rollcall-recognition:one';
export const ANOTHER_EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:rollcall-recognition:another';
export const EVENT_TIME = '2026-03-01T11:59:58Z';
export const ETAG = '9b2cf535f27731c974343645a3985328';
export const SHA256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
export const FACE_ID = 'f5817d37-94f6-4335-bfee-6cf79a3d806e';
export const OTHER_FACE_ID = '0d3f6a31-1f4c-4f0b-9a55-6c1c8f1a2b3c';
export const MODEL = '7.0';
export const JOHN = personIdOf('John Doe');
export const JANE = personIdOf('Jane Roe');

interface ObjectOverrides {
  readonly key?: string;
  readonly size?: number;
  readonly etag?: string;
  readonly version_id?: string;
  readonly sequencer?: string;
  readonly time?: string;
  readonly execution_arn?: string;
  readonly bucket?: string;
}

/** What a machine hands its first task. */
export function anInput(overrides: ObjectOverrides = {}): Input<'load-image'> {
  const { key = 'input/a.jpg', size = 1000, etag = ETAG, version_id, sequencer = '0A' } = overrides;
  return {
    time: overrides.time ?? EVENT_TIME,
    detail: {
      bucket: { name: overrides.bucket ?? BUCKET },
      object: { key, size, etag, sequencer, ...(version_id === undefined ? {} : { 'version-id': version_id }) },
    },
    execution_arn: overrides.execution_arn ?? EXECUTION,
  };
}

export function anUploadedObject(overrides: Partial<UploadedObject> = {}): UploadedObject {
  return {
    bucket: BUCKET,
    key: 'input/a.jpg',
    etag: ETAG,
    size: 1000,
    sequencer: paddedSequencer('0A'),
    timestamp: EVENT_TIME,
    execution_arn: EXECUTION,
    ...overrides,
  };
}

export function aPicture(overrides: Partial<Picture> = {}): Picture {
  return { bucket: BUCKET, key: 'input/a.jpg', width: 640, height: 480, format: 'jpeg', sha256: SHA256, ...overrides };
}

/** A work prefix of its own stands for bytes of its own: the same bytes would share their detection. */
const pictureOf = ({ key }: UploadedObject, workPrefix?: string) =>
  aPicture({
    key,
    ...(workPrefix === undefined ? {} : { sha256: createHash('sha256').update(workPrefix).digest('hex') }),
  });

/** A photo of the interactive lane. */
export function aPhoto(overrides: Partial<Photo> = {}): Photo {
  const source = anUploadedObject(overrides);
  return {
    ...source,
    image_id: imageIdOf(source.key),
    work_prefix: workPrefixOf(source.key, source.etag, source.version_id),
    picture: pictureOf(source, overrides.work_prefix),
    lane: 'interactive',
    ...overrides,
  };
}

export function anEnrolment(overrides: Partial<Enrolment> = {}): Enrolment {
  const source = anUploadedObject({ key: 'enroll/john_doe.jpg', ...overrides });
  return {
    ...source,
    person_id: JOHN,
    name: 'John Doe',
    record: enrolmentRecordOf(source.key),
    work_prefix: workPrefixOf(source.key, source.etag, source.version_id),
    picture: pictureOf(source, overrides.work_prefix),
    largest: false,
    force: false,
    ...overrides,
  };
}

export function aFace(overrides: Partial<DetectedFace> = {}): DetectedFace {
  return {
    index: 0,
    confidence: 99.5,
    bounding_box: { left: 0.25, top: 0.25, width: 0.25, height: 0.5 },
    emotions: [{ type: 'HAPPY', confidence: 98 }],
    ...overrides,
  };
}

export function aCroppedFace(overrides: Partial<CroppedFace> = {}): CroppedFace {
  const face = aFace(overrides);
  return {
    ...face,
    crop_key: `faces/one/two/${String(face.index).padStart(3, '0')}.jpg`,
    pixels: 160,
    in_crop: { left: 0.2, top: 0.2, width: 0.6, height: 0.6 },
    ...overrides,
  };
}

/** A face as Rekognition tells of it. */
export function aDetail(overrides: object = {}) {
  return {
    BoundingBox: { Left: 0.25, Top: 0.25, Width: 0.25, Height: 0.5 },
    Confidence: 99.5,
    Landmarks: [{ Type: 'eyeLeft', X: 0.3, Y: 0.4 }],
    Pose: { Roll: 1, Yaw: -2 },
    Quality: { Brightness: 80, Sharpness: 90 },
    Emotions: [
      { Type: 'CALM', Confidence: 1 },
      { Type: 'HAPPY', Confidence: 98 },
      { Type: 'SAD', Confidence: 0.5 },
      { Type: 'FEAR', Confidence: 0.75 },
    ],
    AgeRange: { Low: 20, High: 30 },
    Gender: { Value: 'Female', Confidence: 97 },
    ...overrides,
  };
}

export const aMatch = (overrides: Partial<FaceSearch> = {}): FaceSearch => ({
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  best: { face_id: FACE_ID, person_id: JOHN, similarity: 97.5 },
  model_version: MODEL,
  ...overrides,
});

export function aFaceRecord(overrides: Partial<FaceRecord> = {}): FaceRecord {
  const { face_index: index = 0 } = overrides;
  const { confidence, bounding_box, emotions, crop_key } = aCroppedFace({ index });
  return {
    image_id: 'a.jpg',
    record: `face#${String(index).padStart(3, '0')}`,
    face_index: index,
    timestamp: EVENT_TIME,
    sequencer: paddedSequencer('0A'),
    etag: ETAG,
    execution_arn: EXECUTION,
    status: 'UNKNOWN',
    reason: 'NO_CANDIDATE',
    source: 'machine',
    confidence,
    bounding_box,
    emotions,
    crop_key,
    model_version: MODEL,
    proposal: { status: 'UNKNOWN', reason: 'NO_CANDIDATE', model_version: MODEL },
    ...overrides,
  };
}

export function aPersonRecord(overrides: Partial<PersonRecord> = {}): PersonRecord {
  const at = { created_at: EVENT_TIME, timestamp: EVENT_TIME };
  return { person_id: JOHN, record: 'person', name: 'John Doe', status: 'KNOWN', ...at, ...overrides };
}

/** An entry of the ledger about the photo of `aPhoto()`. Later ones sort after earlier ones. */
export function aDecision(overrides: Partial<Decision> = {}): Decision {
  entries += 1;
  return {
    photo: SHA256,
    entry: `${EVENT_TIME}#batch#${String(entries).padStart(6, '0')}`,
    timestamp: EVENT_TIME,
    by: 'ada',
    batch: 'batch',
    kind: 'PERSON',
    image_id: 'a.jpg',
    etag: ETAG,
    bounding_box: aFace().bounding_box,
    source: 'manual',
    ...overrides,
  };
}
let entries = 0;

/** A photo's row as a claim leaves it. */
export function aPhotoRecord(overrides: Partial<PhotoRecord> = {}): PhotoRecord {
  const source = anUploadedObject();
  return {
    image_id: 'a.jpg',
    record: 'photo',
    status: 'PROCESSING',
    ...source,
    claimed_at: '2026-03-01T12:00:00.000Z',
    day: '2026-03-01',
    ...overrides,
  };
}
