import { isOfPortrait, type Decision } from '../../schemas/decisions.ts';
import type { BoundingBox, PersonId } from '../../schemas/faces.ts';
import { drawnCropKeyOf, FIRST_DRAWN_FACE, faceRecordOf } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { overlap } from '../faces/boxes.ts';
import { standing } from './ledger.ts';
import { decided, faceOf, proposalOf, type Named } from './outcome.ts';
import type { PeopleById } from './people.ts';

/** Boxes that cover each other by this much are of the same face. Boxes of two faces hardly overlap. */
const SAME_FACE = 0.5;

export type PhotoVersion = Pick<PhotoRecord, 'image_id' | 'timestamp' | 'sequencer' | 'etag' | 'execution_arn'>;

export interface Derivation {
  readonly photo: PhotoVersion;
  /** The rows of this version, as they are. */
  readonly faces: readonly FaceRecord[];
  /** Every entry about the photo's bytes, the oldest first. */
  readonly ledger: readonly Decision[];
  readonly people: PeopleById;
  readonly allowTwins: boolean;
}

/** Everybody whom a search or a decision names. */
export const idsIn = (faces: readonly FaceRecord[], ledger: readonly Decision[]): PersonId[] => [
  ...faces.flatMap((face) => {
    const { best, runner_up } = proposalOf(face);
    return [best, runner_up].flatMap((candidate) => (candidate ? [candidate.person_id] : []));
  }),
  ...ledger.flatMap(({ person_id }) => (person_id === undefined ? [] : [person_id])),
];

/**
 * The rows of a photo's faces as they follow from what the searches found and what was decided. They do not depend on
 * the outcomes that the rows had before, so deriving them twice gives the same.
 */
export function deriveFaces(of: Derivation): FaceRecord[] {
  const decisions = standing(of.ledger).filter((decision) => !isOfPortrait(decision));
  const detected = of.faces.filter(({ face_index }) => face_index < FIRST_DRAWN_FACE);
  const faces = [...detected, ...drawnFaces(of, decisions, detected)];
  const about = new Map<FaceRecord, Decision[]>(faces.map((face) => [face, []]));
  for (const decision of decisions) {
    const face = faceAt(decision.bounding_box, faces);
    if (face) about.get(face)!.push(decision);
  }
  const derived = faces.map((face) => withOutcome(face, decided(proposalOf(face), about.get(face)!, of.people)));
  return of.allowTwins ? derived : withoutTwins(derived);
}

/** The face that a box means. Undefined if the photo has none there. */
export function faceAt(box: BoundingBox, faces: readonly FaceRecord[]): FaceRecord | undefined {
  const covers = (face: FaceRecord) => overlap(box, face.bounding_box);
  const [best] = faces.toSorted((a, b) => covers(b) - covers(a));
  return best && covers(best) >= SAME_FACE ? best : undefined;
}

/** Faces that were drawn where none was found. Their numbers follow from the ledger alone, so they stay the same. */
function drawnFaces(
  { photo, faces, ledger }: Derivation,
  decisions: readonly Decision[],
  detected: readonly FaceRecord[],
) {
  const drawings = ledger.filter(({ kind }) => kind === 'FACE').map(({ entry }) => entry);
  const drawn: FaceRecord[] = [];
  for (const decision of decisions) {
    const { kind, bounding_box, entry, photo: sha256 } = decision;
    if (kind !== 'FACE' || faceAt(bounding_box, [...detected, ...drawn])) continue;
    const face_index = FIRST_DRAWN_FACE + drawings.indexOf(entry);
    const expired = faces.find((face) => face.face_index === face_index && face.proposal?.reason === 'FACE_EXPIRED');
    if (expired) {
      drawn.push(expired);
      continue;
    }
    drawn.push({
      ...versionOf(photo),
      record: faceRecordOf(face_index),
      face_index,
      confidence: 100,
      bounding_box,
      emotions: [],
      crop_key: drawnCropKeyOf(sha256, face_index),
      status: 'UNKNOWN',
      reason: 'NOT_SEARCHED',
      source: 'manual',
      proposal: { status: 'UNKNOWN', reason: 'NOT_SEARCHED' },
    });
  }
  return drawn;
}

const versionOf = ({ image_id, timestamp, sequencer, etag, execution_arn }: PhotoVersion): PhotoVersion => ({
  image_id,
  timestamp,
  sequencer,
  etag,
  execution_arn,
});

function withOutcome(face: FaceRecord, outcome: Named): FaceRecord {
  const { image_id, record, face_index, timestamp, sequencer, etag, execution_arn } = face;
  const { confidence, bounding_box, emotions, crop_key, model_version } = face;
  return {
    image_id,
    record,
    face_index,
    timestamp,
    sequencer,
    etag,
    execution_arn,
    confidence,
    bounding_box,
    emotions,
    ...(crop_key === undefined ? {} : { crop_key }),
    ...(model_version === undefined ? {} : { model_version }),
    proposal: proposalOf(face),
    ...outcome,
  };
}

/** A photo shows nobody twice: of two faces that match one person, the less similar one is somebody else. */
function withoutTwins(faces: readonly FaceRecord[]): FaceRecord[] {
  const rank = ({ source, similarity = 0 }: FaceRecord) => (source === 'manual' ? 101 : similarity);
  return faces.map((face) => {
    const { person_id, source } = face;
    if (face.status !== 'MATCHED' || person_id === undefined || source === 'manual') return face;
    const better = faces.some(
      (other) =>
        other !== face &&
        other.person_id === person_id &&
        (rank(other) > rank(face) || (rank(other) === rank(face) && other.face_index < face.face_index)),
    );
    return better ? withOutcome(face, twin(face)) : face;
  });
}

function twin(face: FaceRecord): Named {
  const { source, person_id, similarity, runner_up } = face;
  const candidate =
    person_id !== undefined && similarity !== undefined
      ? { candidate: { ...faceOf(face), person_id, similarity } }
      : {};
  return {
    status: 'UNKNOWN',
    reason: 'PERSON_ALREADY_IN_PHOTO',
    source,
    ...candidate,
    ...(runner_up ? { runner_up } : {}),
  };
}
