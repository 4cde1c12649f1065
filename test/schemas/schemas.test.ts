import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { ENROLMENT_FAULTS, IMAGE_FAULTS, TASK_FAULTS } from '../../schemas/errors.ts';
import { ExecutionFailedEvent, ObjectCreatedEvent } from '../../schemas/events.ts';
import { BoundingBox, CroppedFace, DetectedFace, FaceId, FaceSearch, Percent, PersonId } from '../../schemas/faces.ts';
import { Enrolment, Photo, UploadedObject } from '../../schemas/payloads.ts';
import { AliasRecord, EnrolledFaceRecord, FaceRecord, PersonRecord, PhotoRecord } from '../../schemas/records.ts';
import { TASKS } from '../../schemas/tasks.ts';
import {
  aCroppedFace,
  aFace,
  aFaceRecord,
  aMatch,
  anEnrolment,
  anInput,
  aPhoto,
  aPhotoRecord,
  anUploadedObject,
  JANE,
  JOHN,
  EVENT_TIME,
  SHA256,
} from '../support/builders.ts';

/** Before its face is in the collection. */
const enrolledFace = { person_id: JOHN, record: `face#${SHA256}` };
const person = {
  person_id: JOHN,
  record: 'person',
  name: 'John Doe',
  created_at: EVENT_TIME,
  status: 'KNOWN',
  timestamp: EVENT_TIME,
};
const alias = { person_id: JOHN, record: 'alias', is: JANE, name: 'John Doe', status: 'ALIAS', timestamp: EVENT_TIME };

const STRICT: readonly (readonly [string, z.ZodType, object])[] = [
  ['an uploaded object', UploadedObject, anUploadedObject()],
  ['a photo', Photo, aPhoto()],
  ['an enrolment', Enrolment, anEnrolment()],
  ['what LoadImage takes', TASKS['load-image'].input, anInput()],
  ['what RejectImage takes', TASKS['reject-image'].input, { ...anInput(), error: { Error: 'ImageEmpty', Cause: 'c' } }],
  ['a detected face', DetectedFace, aFace()],
  ['a cropped face', CroppedFace, aCroppedFace()],
  ['a search', FaceSearch, aMatch()],
  ['the row of a photo', PhotoRecord, aPhotoRecord()],
  ['the row of a face', FaceRecord, aFaceRecord()],
  ['the row of a person', PersonRecord, person],
  ['the row of an alias', AliasRecord, alias],
  ['the row of an enrolled face', EnrolledFaceRecord, enrolledFace],
];

describe.each(STRICT)('%s', (_, schema, value) => {
  test('comes through as it is', () => {
    expect(schema.parse(value)).toStrictEqual(value);
  });

  test('takes no field that is not known', () => {
    expect(schema.safeParse({ ...value, surprise: 1 }).error?.issues).toStrictEqual([
      { code: 'unrecognized_keys', keys: ['surprise'], path: [], message: 'Unrecognized key: "surprise"' },
    ]);
  });

  test('needs each of its fields', () => {
    const optional = new Set(['best', 'runner_up', 'model_version']);
    for (const field of Object.keys(value).filter((name) => schema !== FaceSearch || !optional.has(name))) {
      if (['model_version', 'crop_key', 'proposal'].includes(field) && schema === FaceRecord) continue;
      const { [field]: _left, ...rest } = value as Record<string, unknown>;
      expect({ field, paths: schema.safeParse(rest).error?.issues.map(({ path }) => path[0]) }).toStrictEqual({
        field,
        paths: [field],
      });
    }
  });
});

const TIMED: readonly (readonly [string, z.ZodType, object, string])[] = [
  ['an uploaded object', UploadedObject, anUploadedObject(), 'timestamp'],
  ['what LoadImage takes', TASKS['load-image'].input, anInput(), 'time'],
  ['the row of a photo', PhotoRecord, aPhotoRecord(), 'timestamp'],
  ['the row of a photo', PhotoRecord, aPhotoRecord(), 'claimed_at'],
  ['the row of a face', FaceRecord, aFaceRecord(), 'timestamp'],
  ['the row of a person', PersonRecord, person, 'created_at'],
];

test.each(TIMED)('%s: %#, the time is ISO 8601 in UTC', (_, schema, value, field) => {
  const fits = (time: unknown) => schema.safeParse({ ...value, [field]: time }).success;
  expect(['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.123Z'].filter((time) => !fits(time))).toStrictEqual([]);
  const wrong = [
    '2026-03-01',
    '2026-03-01 12:00:00Z',
    '2026-03-01T12:00:00+01:00',
    '2026-03-01T12:00:00',
    1_772_366_400,
  ];
  expect(wrong.filter(fits)).toStrictEqual([]);
  expect(fits('2026-02-30T12:00:00Z')).toBe(false);
});

test('an event may carry more than is read, and what is not read is left behind', () => {
  const { execution_arn: _, ...event } = anInput();
  const whole = { version: '0', id: 'i', ...event, detail: { ...event.detail, reason: 'PutObject' } };
  expect(ObjectCreatedEvent.parse(whole)).toStrictEqual(event);
  const detail = { executionArn: 'e', stateMachineArn: 'm', status: 'ABORTED', input: null, error: null, cause: null };
  const ended = { time: EVENT_TIME, detail };
  expect(ExecutionFailedEvent.parse({ ...ended, region: 'r', detail: { ...detail, name: 'n' } })).toStrictEqual(ended);
  expect(ExecutionFailedEvent.safeParse({ time: EVENT_TIME, detail: { ...detail, status: 'SUCCEEDED' } }).success).toBe(
    false,
  );
});

test('sequencers are hexadecimal', () => {
  const fits = (sequencer: string) => TASKS['load-image'].input.safeParse(anInput({ sequencer })).success;
  expect(['0', '0055AED6DCD90281E5', 'aB'].filter((sequencer) => !fits(sequencer))).toStrictEqual([]);
  expect(['', 'xyz', '0x1', ' 1'].filter(fits)).toStrictEqual([]);
});

test('shares and per cents keep to their scales', () => {
  expect([0, 0.8, 100].filter((value) => !Percent.safeParse(value).success)).toStrictEqual([]);
  expect([-1, 100.1, Number.NaN, '80'].filter((value) => Percent.safeParse(value).success)).toStrictEqual([]);
  const box = { left: 0, top: 0, width: 1, height: 1 };
  expect(BoundingBox.safeParse(box).success).toBe(true);
  expect(BoundingBox.safeParse({ ...box, left: -0.1 }).success).toBe(false);
  expect(BoundingBox.safeParse({ ...box, width: 1.1 }).success).toBe(false);
});

test('ids keep to their patterns', () => {
  expect(PersonId.safeParse(JOHN).success).toBe(true);
  expect(
    ['p_', 'John Doe', `${JOHN}0`, JOHN.toUpperCase()].filter((id) => PersonId.safeParse(id).success),
  ).toStrictEqual([]);
  expect(FaceId.safeParse('11111111-2222-3333-4444-555555555555').success).toBe(true);
  expect(FaceId.safeParse('11111111').success).toBe(false);
});

test('no error has two meanings', () => {
  const names = [...IMAGE_FAULTS, ...ENROLMENT_FAULTS, ...TASK_FAULTS];
  expect(new Set(names).size).toBe(names.length);
});
