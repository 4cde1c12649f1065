import * as z from 'zod';
import { BatchId } from './decisions.ts';
import { ExecutionFailedEvent, ScheduledEvent } from './events.ts';
import { CroppedFace, DetectedFace, FaceId, FaceSearch, FaceStatus, PersonId } from './faces.ts';
import { Forgetting, ForgettingProgress } from './forgetting.ts';
import { Postponement, Slot, WaitUntil } from './pacing.ts';
import { Enrolment, FailedObjectExecution, ObjectExecution, Photo, Picture, Skipped } from './payloads.ts';

interface Payloads {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/** Also the detail of the event on EventBridge, so it holds no names and no biometric data. */
const PhotoOutcome = z.strictObject({
  status: z.enum(['COMPLETED', 'NO_FACES', 'REJECTED', 'SUPERSEDED']),
  image_id: z.string(),
  bucket: z.string(),
  processed_key: z.string(),
  faces: z.partialRecord(FaceStatus, z.int()),
});

const EnrolmentOutcome = z.strictObject({
  status: z.enum(['ENROLLED', 'REFUSED', 'SUPERSEDED']),
  person_id: PersonId.optional(),
  reason: z.string().optional(),
});

const IndexedFace = z.strictObject({ face_id: FaceId, model_version: z.string() });

/** Each call does a part of the work, and says in its progress where the next one goes on. */
const ForgettingTurn = {
  input: z.strictObject({ forgetting: Forgetting, progress: ForgettingProgress }),
  output: ForgettingProgress,
};

/** How far a re-recognition is. */
const UnknownSearches = z.strictObject({
  /** The position of the next face in the list. */
  next: z.int().min(0),
  more: z.boolean(),
  slots: z.array(Slot),
  wait_until: WaitUntil,
  /** Whether faces were named, in the batch's file with this id. */
  found: z.boolean(),
  file: z.string(),
});

/** How far a grouping has indexed, or compared, the faces that calls have to be paid for. */
const GroupingProgress = z.strictObject({
  /** The position of the next face in the list. */
  next: z.int().min(0),
  more: z.boolean(),
  slots: z.array(Slot),
  wait_until: WaitUntil,
});

const Grouping = { bucket: z.string(), run: BatchId };

const GroupingTurn = {
  input: z.strictObject({
    ...Grouping,
    from: z.int().min(0),
    /** Reserved by an earlier call that found them too far ahead. */
    slots: z.array(Slot),
  }),
  output: GroupingProgress,
};

/** Every Lambda task with its input and output. Functions, grants and ARNs are a `Record` of its name. */
export const TASKS = {
  'load-image': {
    input: ObjectExecution,
    output: z.discriminatedUnion('proceed', [
      z.strictObject({ proceed: z.literal(true), photo: Photo, detect_at: Slot, wait_until: WaitUntil }),
      Skipped,
    ]),
  },
  'detect-faces': {
    input: z.strictObject({ photo: Photo, detect_at: Slot }),
    output: z.strictObject({
      wait_until: WaitUntil,
      faces: z.array(CroppedFace).max(100),
      count: z.int(),
      /** Key of Rekognition's whole answer in `work/`. */
      details_key: z.string(),
    }),
  },
  'search-face': {
    input: z.strictObject({
      photo: Photo,
      face: CroppedFace,
      /** Empty unless the search was postponed. */
      postponed: Postponement.or(z.strictObject({})),
    }),
    output: FaceSearch.or(Postponement),
  },
  'persist-face': {
    input: z.strictObject({ photo: Photo, face: CroppedFace, search: FaceSearch.or(Postponement) }),
    output: z.strictObject({ index: z.int(), written: z.boolean() }),
  },
  'write-processed': {
    input: z.strictObject({ photo: Photo, details_key: z.string(), face_count: z.int().min(0) }),
    output: PhotoOutcome,
  },
  'reject-image': { input: FailedObjectExecution, output: PhotoOutcome },
  'load-enrolment': {
    input: ObjectExecution,
    output: z.discriminatedUnion('proceed', [
      z.strictObject({
        proceed: z.literal(true),
        enrolment: Enrolment,
        detect_at: Slot,
        search_at: Slot,
        index_at: Slot,
        wait_until: WaitUntil,
      }),
      Skipped,
    ]),
  },
  'check-enrolment': {
    input: z.strictObject({ enrolment: Enrolment, detect_at: Slot, search_at: Slot }),
    /** What is to be indexed: the portrait, or a crop of it. */
    output: z.strictObject({ face: DetectedFace, picture: Picture }),
  },
  'index-face': {
    input: z.strictObject({ enrolment: Enrolment, face: DetectedFace, picture: Picture, index_at: Slot }),
    output: IndexedFace,
  },
  'persist-person': {
    input: z.strictObject({ enrolment: Enrolment, face_id: FaceId }),
    output: EnrolmentOutcome,
  },
  /** Of one person, or of everybody, `from` a cursor on; `users` counts those of earlier calls. */
  'associate-faces': {
    input: z.strictObject({
      asked: z.union([
        z.strictObject({ person_id: PersonId }),
        z.strictObject({ from: z.string(), users: z.int().min(0) }),
      ]),
    }),
    output: z.strictObject({ users: z.int().min(0), from: z.string(), more: z.boolean() }),
  },
  'refuse-enrolment': { input: FailedObjectExecution, output: EnrolmentOutcome },
  'begin-forgetting': {
    input: z.strictObject({
      asked: z.union([
        z.strictObject({ person_id: PersonId, photos: z.boolean() }),
        /** All faces that nobody is named for, of photos uploaded more days ago than this. */
        z.strictObject({ unknown_older_than_days: z.int().min(1) }),
        /** Only reads everything back about somebody who was forgotten: by the id, or by the id of the receipt. */
        z.strictObject({ verify: PersonId.or(z.guid()) }),
      ]),
    }),
    output: z.strictObject({ forgetting: Forgetting, progress: ForgettingProgress }),
  },
  'forget-vectors': ForgettingTurn,
  'forget-unknown': ForgettingTurn,
  'forget-faces': ForgettingTurn,
  'expire-faces': ForgettingTurn,
  'forget-dead-letters': ForgettingTurn,
  'forget-objects': ForgettingTurn,
  'forget-person-rows': ForgettingTurn,
  'verify-forgotten': ForgettingTurn,
  'write-receipt': {
    input: z.strictObject({ forgetting: Forgetting, progress: ForgettingProgress }),
    output: z.strictObject({ receipt_key: z.string(), ids: z.array(PersonId) }),
  },
  'record-decisions': {
    input: z.strictObject({ bucket: z.string(), batch: BatchId }),
    output: z.strictObject({ decisions: z.int(), photos: z.int(), next: z.literal(0), more: z.boolean() }),
  },
  'apply-decisions': {
    /** `from`: the position in the list of affected photos. */
    input: z.strictObject({ bucket: z.string(), batch: BatchId, from: z.int().min(0) }),
    output: z.strictObject({
      next: z.int(),
      more: z.boolean(),
      /** Keys of portraits that were made of faces which are not the person's any more. Absent if there are none. */
      withdraw: z.array(z.string()).min(1).optional(),
    }),
  },
  'withdraw-portraits': {
    input: z.strictObject({ bucket: z.string(), keys: z.array(z.string()), next: z.int(), more: z.boolean() }),
    /** What apply-decisions said, without the portraits. */
    output: z.strictObject({ next: z.int(), more: z.boolean() }),
  },
  'move-portrait': {
    /** `from`: the position in the batch's list of portraits. */
    input: z.strictObject({ bucket: z.string(), batch: BatchId, from: z.int().min(0) }),
    output: z.strictObject({ next: z.int(), more: z.boolean() }),
  },
  'find-unknown': {
    input: z.strictObject({
      bucket: z.string(),
      batch: BatchId,
      since: z.string(),
      /** Not also the faces that a search has named, which may be more alike to somebody who was enrolled since. */
      unknown_only: z.boolean(),
    }),
    output: UnknownSearches,
  },
  'search-unknown': {
    input: z.strictObject({
      bucket: z.string(),
      batch: BatchId,
      by: z.string(),
      timestamp: z.iso.datetime(),
      /** Only faces of this person are taken over. null: of everybody. */
      person_id: PersonId.nullable(),
      from: z.int().min(0),
      /** Reserved by an earlier call that found them too far ahead. */
      slots: z.array(Slot),
    }),
    output: UnknownSearches,
  },
  'collect-unknown': {
    input: z.strictObject(Grouping),
    output: z.strictObject({ indexed: GroupingProgress, compared: GroupingProgress }),
  },
  'index-unknown': GroupingTurn,
  'compare-unknown': GroupingTurn,
  'write-groups': {
    input: z.strictObject(Grouping),
    output: z.strictObject({ faces: z.int(), groups: z.int() }),
  },
  'record-failure': {
    input: ExecutionFailedEvent,
    output: z.strictObject({ recorded: z.boolean(), record: z.string().optional() }),
  },
  'record-lost-failures': {
    input: ScheduledEvent,
    output: z.strictObject({ checked: z.int().min(0), recorded: z.int().min(0) }),
  },
  'measure-backlog': {
    input: ScheduledEvent,
    output: z.strictObject({ oldest_seconds: z.number().min(0), running: z.int().min(0) }),
  },
} as const satisfies Record<string, Payloads>;

export type TaskName = keyof typeof TASKS;
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

export type Input<Name extends TaskName> = z.output<(typeof TASKS)[Name]['input']>;
export type Output<Name extends TaskName> = z.output<(typeof TASKS)[Name]['output']>;
