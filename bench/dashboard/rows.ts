import { dayOf } from '../../schemas/days.ts';
import type { UnknownGroups } from '../../schemas/grouping.ts';
import {
  cropKeyOf,
  enrolledFaceRecordOf,
  hash,
  personIdOf,
  PREFIXES,
  processedKeyOf,
  workPrefixOf,
} from '../../schemas/keys.ts';
import { FaceRecord, PersonRecord, PhotoRecord, type EnrolledFaceRecord } from '../../schemas/records.ts';

/** A photo that was really processed: its rows, as the tasks wrote them. */
export interface Original {
  readonly photo: PhotoRecord;
  readonly faces: readonly FaceRecord[];
}

/** A copy of an original under another name, of another time, with other people in it. */
export interface Copy extends Original {
  readonly of: Original;
}

export const PEOPLE = 200;
/** Photos that failed and were rejected, as shares. */
const [FAILED, REJECTED] = [0.002, 0.01];
/** Of the faces that a search can name. */
const [MATCHED, STRANGERS] = [0.82, 0.03];
/** Photos without a face, with one, and with two, as shares. The others keep the faces of their original. */
const [NONE, ONE, TWO] = [0.2, 0.35, 0.25];

export interface Somebody {
  readonly person: PersonRecord;
  readonly face: EnrolledFaceRecord;
}

/** People with one portrait each. */
export function peopleOf(random: () => number, since: Date): Somebody[] {
  return Array.from({ length: PEOPLE }, (_, at) => {
    const name = `Person ${String(at + 1).padStart(3, '0')}`;
    const person_id = personIdOf(name);
    const timestamp = since.toISOString();
    const face = {
      person_id,
      record: enrolledFaceRecordOf(hash(name)),
      face_id: uuidOf(random),
      held_by: new Set([`enrolment#${hash(name)} 0`]),
      confidence: 99.9,
      key: `${PREFIXES.enroll}${name}/portrait.jpg`,
      timestamp,
    };
    const person = { person_id, record: 'person', name, created_at: timestamp, status: 'KNOWN', timestamp };
    return { person: PersonRecord.parse(person), face };
  });
}

/** One photo: an original with another name, time and people. */
export function copyOf(
  of: Original,
  at: { name: string; time: Date },
  everybody: readonly Somebody[],
  random: () => number,
): Copy {
  const image_id = at.name;
  const key = PREFIXES.input + image_id;
  const timestamp = `${at.time.toISOString().slice(0, 19)}Z`;
  const version_id = hash(image_id);
  const work = workPrefixOf(key, of.photo.etag, version_id);
  const sequencer = hash(`${image_id} sequencer`).toUpperCase().padEnd(40, '0');
  const execution_arn = of.photo.execution_arn.replace(/[^:]+$/, uuidOf(random));
  const version = { image_id, timestamp, sequencer, execution_arn };
  const kept = of.faces.slice(0, facesIn(random()));
  const chosen = peopleIn(kept.length, everybody, random);
  const faces = kept.map((face, n) =>
    FaceRecord.parse({
      ...outcomeOf(face, chosen[n]!, random),
      ...version,
      crop_key: cropKeyOf(work, face.face_index),
    }),
  );
  const photo: PhotoRecord = {
    ...of.photo,
    ...version,
    key,
    version_id,
    status: faces.length === 0 ? 'NO_FACES' : 'COMPLETED',
    face_count: faces.length,
    day: dayOf(timestamp),
    processed_key: processedKeyOf(image_id),
    claimed_at: timestamp,
    processed_at: timestamp,
    matched_count: faces.filter(({ status }) => status === 'MATCHED').length,
  };
  const dice = random();
  if (dice < FAILED) return { of, photo: failed(photo), faces: [] };
  if (dice < FAILED + REJECTED) return { of, photo: rejected(photo), faces: [] };
  return { of, photo: PhotoRecord.parse(photo), faces };
}

function failed({ processed_key: _, processed_at: __, face_count: ___, matched_count: ____, ...photo }: PhotoRecord) {
  const error = { error: 'ThrottlingException', cause: 'Rate exceeded', failed_state: 'SearchFace' };
  return PhotoRecord.parse({ ...photo, status: 'FAILED', ...error, failed_at: photo.claimed_at });
}

function rejected({ face_count: _, matched_count: __, ...photo }: PhotoRecord) {
  const why = { reason: 'ImageCorrupt', message: 'The picture is cut short. Upload it again.' };
  return PhotoRecord.parse({ ...photo, status: 'REJECTED', ...why });
}

const facesIn = (dice: number) => (dice < NONE ? 0 : dice < NONE + ONE ? 1 : dice < NONE + ONE + TWO ? 2 : Infinity);

/** Nobody is in one photo twice. Some people are in many more photos than others. */
function peopleIn(count: number, everybody: readonly Somebody[], random: () => number): Somebody[] {
  const chosen = new Set<Somebody>();
  while (chosen.size < count) chosen.add(everybody[Math.floor(everybody.length * random() ** 2)]!);
  return [...chosen];
}

function outcomeOf(face: FaceRecord, { person, face: enrolled }: Somebody, random: () => number): FaceRecord {
  const {
    person_id: _,
    person: __,
    face_id: ___,
    similarity: ____,
    candidate: _____,
    runner_up: ______,
    ...plain
  } = face;
  if (face.status === 'UNSEARCHABLE') return plain;
  const dice = random();
  const best = (similarity: number) => ({ face_id: enrolled.face_id!, person_id: person.person_id, similarity });
  if (dice < MATCHED) {
    const found = best(80 + 20 * random());
    const outcome = { status: 'MATCHED', reason: 'SIMILARITY_ABOVE_THRESHOLD' } as const;
    return { ...plain, ...outcome, ...found, person: person.name, proposal: { ...outcome, best: found } };
  }
  const candidate = best(30 + 49 * random());
  const proposal = { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', best: candidate } as const;
  const { status, reason } = dice < MATCHED + STRANGERS ? STRANGER : proposal;
  return { ...plain, status, reason, candidate, proposal };
}

const STRANGER = { status: 'STRANGER', reason: 'DECIDED_BY_HAND' } as const;
const SIZE_OF_GROUP = 20;
const GROUPED = 0.5;

/** Groups of unknown faces: as many as half of them, as a grouping leaves them. */
export function groupsOf(unknown: readonly FaceRecord[], now: Date): UnknownGroups {
  const faces = unknown.slice(0, Math.floor(unknown.length * GROUPED));
  const groups: UnknownGroups['groups'] = [];
  for (let at = 0; at < faces.length; at += SIZE_OF_GROUP) {
    const of = faces.slice(at, at + SIZE_OF_GROUP);
    const id = `g_${hash(String(at)).slice(0, 8)}`;
    groups.push({
      id,
      faces: of.map(({ image_id, face_index, crop_key = '' }) => ({ image_id, face_index, crop_key })),
    });
  }
  return { grouped_at: now.toISOString(), faces: faces.length, refused: 0, groups, suggestions: [] };
}

function uuidOf(random: () => number): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(16 * random()).toString(16)).join('');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}
