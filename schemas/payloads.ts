import * as z from 'zod';
import { ObjectCreatedDetail } from './events.ts';
import { CroppedFace, DetectedFace, FaceId, FaceSearch, FaceStatus, PersonId } from './faces.ts';

const ExecutionArn = z.string().min(1);

/** An object that landed, and the execution that works on it. */
export const Source = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  etag: z.string(),
  size: z.int(),
  sequencer: z.string(),
  /** When the object landed: the event's time. */
  timestamp: z.iso.datetime(),
  execution_arn: ExecutionArn,
});
export type Source = z.infer<typeof Source>;

/** An upright 8-bit sRGB JPEG or PNG that Rekognition takes: the object itself, or a copy in `work/`. */
export const Picture = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  version_id: z.string().optional(),
  width: z.int(),
  height: z.int(),
  /** Of the object that landed. */
  format: z.string(),
  sha256: z.string(),
});
export type Picture = z.infer<typeof Picture>;

export const Photo = Source.extend({
  image_id: z.string(),
  work_prefix: z.string(),
  picture: Picture,
});
export type Photo = z.infer<typeof Photo>;

const Started = z.strictObject({
  time: z.iso.datetime(),
  detail: ObjectCreatedDetail,
  execution_arn: ExecutionArn,
});
const Failed = Started.extend({ error: z.strictObject({ Error: z.string(), Cause: z.string() }) });

/**
 * Why there is nothing to do: the same version is done, or under way elsewhere, or a newer one landed, or it is the
 * empty object that consoles make for a folder.
 */
const Skipped = z.strictObject({
  proceed: z.literal(false),
  because: z.enum(['DONE', 'UNDER_WAY', 'SUPERSEDED', 'FOLDER']),
});

export const LoadImageInput = Started;
export type LoadImageInput = z.infer<typeof LoadImageInput>;
export const LoadImageOutput = z.discriminatedUnion('proceed', [
  z.strictObject({ proceed: z.literal(true), photo: Photo }),
  Skipped,
]);
export type LoadImageOutput = z.infer<typeof LoadImageOutput>;

export const DetectFacesInput = z.strictObject({ photo: Photo });
export type DetectFacesInput = z.infer<typeof DetectFacesInput>;
export const DetectFacesOutput = z.strictObject({
  faces: z.array(DetectedFace).max(100),
  count: z.int(),
  /** The full answer, in `work/`. */
  details_key: z.string(),
});
export type DetectFacesOutput = z.infer<typeof DetectFacesOutput>;

export const CropFacesInput = z.strictObject({ photo: Photo, faces: z.array(DetectedFace).min(1) });
export type CropFacesInput = z.infer<typeof CropFacesInput>;
export const CropFacesOutput = z.strictObject({ faces: z.array(CroppedFace).min(1) });
export type CropFacesOutput = z.infer<typeof CropFacesOutput>;

export const SearchFaceInput = z.strictObject({ photo: Photo, face: CroppedFace });
export type SearchFaceInput = z.infer<typeof SearchFaceInput>;
export const SearchFaceOutput = FaceSearch;
export type SearchFaceOutput = FaceSearch;

export const PersistFaceInput = z.strictObject({ photo: Photo, face: CroppedFace, search: FaceSearch });
export type PersistFaceInput = z.infer<typeof PersistFaceInput>;
export const PersistFaceOutput = z.strictObject({ index: z.int(), written: z.boolean() });
export type PersistFaceOutput = z.infer<typeof PersistFaceOutput>;

export const WriteProcessedInput = z.strictObject({
  photo: Photo,
  details_key: z.string(),
  face_count: z.int().min(0),
});
export type WriteProcessedInput = z.infer<typeof WriteProcessedInput>;
/** What is announced on EventBridge: no names, no biometric data. */
export const WriteProcessedOutput = z.strictObject({
  status: z.enum(['COMPLETED', 'NO_FACES', 'REJECTED', 'SUPERSEDED']),
  image_id: z.string(),
  bucket: z.string(),
  processed_key: z.string(),
  faces: z.partialRecord(FaceStatus, z.int()),
});
export type WriteProcessedOutput = z.infer<typeof WriteProcessedOutput>;

export const RejectImageInput = Failed;
export type RejectImageInput = z.infer<typeof RejectImageInput>;
export const RejectImageOutput = WriteProcessedOutput;
export type RejectImageOutput = WriteProcessedOutput;

export const RecordFailureOutput = z.strictObject({ recorded: z.boolean(), record: z.string().optional() });
export type RecordFailureOutput = z.infer<typeof RecordFailureOutput>;

export const Enrolment = Source.extend({
  person_id: PersonId,
  name: z.string(),
  record: z.string(),
  work_prefix: z.string(),
  picture: Picture,
});
export type Enrolment = z.infer<typeof Enrolment>;

export const LoadEnrolmentInput = Started;
export type LoadEnrolmentInput = z.infer<typeof LoadEnrolmentInput>;
export const LoadEnrolmentOutput = z.discriminatedUnion('proceed', [
  z.strictObject({ proceed: z.literal(true), enrolment: Enrolment }),
  Skipped,
]);
export type LoadEnrolmentOutput = z.infer<typeof LoadEnrolmentOutput>;

export const CheckEnrolmentInput = z.strictObject({ enrolment: Enrolment });
export type CheckEnrolmentInput = z.infer<typeof CheckEnrolmentInput>;
export const CheckEnrolmentOutput = z.strictObject({ face: DetectedFace });
export type CheckEnrolmentOutput = z.infer<typeof CheckEnrolmentOutput>;

export const IndexFaceInput = z.strictObject({ enrolment: Enrolment });
export type IndexFaceInput = z.infer<typeof IndexFaceInput>;
export const IndexFaceOutput = z.strictObject({ face_id: FaceId, model_version: z.string() });
export type IndexFaceOutput = z.infer<typeof IndexFaceOutput>;

export const PersistPersonInput = z.strictObject({
  enrolment: Enrolment,
  face: DetectedFace,
  face_id: FaceId,
  model_version: z.string(),
});
export type PersistPersonInput = z.infer<typeof PersistPersonInput>;
export const EnrolmentEnd = z.strictObject({
  status: z.enum(['ENROLLED', 'REFUSED']),
  person_id: PersonId.optional(),
  reason: z.string().optional(),
});
export type EnrolmentEnd = z.infer<typeof EnrolmentEnd>;

export const RefuseEnrolmentInput = Failed;
export type RefuseEnrolmentInput = z.infer<typeof RefuseEnrolmentInput>;

export const MeasureBacklogOutput = z.strictObject({ oldest_seconds: z.number().min(0) });
export type MeasureBacklogOutput = z.infer<typeof MeasureBacklogOutput>;
