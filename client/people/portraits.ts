import { randomUUID } from 'node:crypto';
import type { Decision, NewDecision, PortraitMove } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { movedPortraitKeyOf } from '../../schemas/keys.ts';
import { FaceRecord, type EnrolledFaceRecord, type EnrolmentRecord } from '../../schemas/records.ts';
import { queryIndex, readEnrolments, readEnrolmentsByKey } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { idsOf, seekPerson, type Person } from './find-person.ts';

/** Portraits that change hands, and what the ledger says of it. */
export interface Moves {
  readonly portraits: readonly PortraitMove[];
  readonly decisions: readonly NewDecision[];
  /** Faces in photos that were recognized by these portraits. */
  readonly recognized: readonly NewDecision[];
}

const NOTHING: Moves = { portraits: [], decisions: [], recognized: [] };

/** A portrait as it is enrolled now. */
interface Enrolled {
  readonly row: EnrolmentRecord;
  readonly person_id: PersonId;
  readonly of: Pick<NewDecision, 'photo' | 'bounding_box'>;
}

/** Moves the pictures of these faces, each under every key by which it is enrolled. */
export async function movesOf(
  target: Target,
  person: Person,
  faces: readonly EnrolledFaceRecord[],
  to: PersonId,
): Promise<Moves> {
  if (faces.length === 0) return NOTHING;
  const rows = Map.groupBy(await readEnrolments(target, 'ENROLLED'), ({ face_id }) => face_id);
  const moves = faces.flatMap(({ person_id, face_id, sha256, bounding_box }) => {
    if (face_id === undefined || sha256 === undefined || !bounding_box) return [];
    return (rows.get(face_id) ?? []).map((row) => moveTo(to, { row, person_id, of: { photo: sha256, bounding_box } }));
  });
  const faceIds = new Set(faces.map(({ face_id }) => face_id));
  return { ...together(moves), recognized: await recognizedBy(target, person, faceIds, to) };
}

/** Moves back what a batch moved, as far as it is still there and the person who had it is. */
export async function movesBack(target: Target, batch: readonly Decision[]): Promise<Moves> {
  const moved = batch.filter(({ kind }) => kind === 'PORTRAIT');
  const [first] = moved;
  const person = first && (await seekPerson(target, first.person_id!));
  const owner = batch.find(({ kind }) => kind === 'NOT_PORTRAIT')?.person_id;
  if (!person || owner === undefined) return NOTHING;
  const rows = await readEnrolmentsByKey(
    target,
    moved.map(({ image_id }) => image_id),
  );
  const enrolled = [...rows.values()].filter(({ status }) => status === 'ENROLLED');
  const moves = moved.flatMap(({ image_id, photo, bounding_box, person_id, entry }) => {
    const row = enrolled.find(({ key }) => key === image_id);
    // The entry about who had it comes next, unless that person was forgotten.
    const before = batch.find((other) => other.kind === 'NOT_PORTRAIT' && other.photo === photo && other.entry > entry);
    if (!row || person_id === undefined || before?.person_id === undefined) return [];
    return moveTo(before.person_id, { row, person_id, of: { photo, bounding_box } });
  });
  const faceIds = new Set(enrolled.map(({ face_id }) => face_id));
  return { ...together(moves), recognized: await recognizedBy(target, person, faceIds, owner) };
}

/** What nobody decided by hand follows its portrait, with the similarity that was found. */
async function recognizedBy(
  target: Target,
  person: Person,
  faceIds: ReadonlySet<string | undefined>,
  person_id: PersonId,
): Promise<NewDecision[]> {
  const rows = await Promise.all(
    idsOf(person).map((value) =>
      queryIndex(target, { table: 'results', index: 'by-person', value, schema: FaceRecord }),
    ),
  );
  return rows
    .flat()
    .filter(({ source, face_id, proposal }) => source !== 'manual' && faceIds.has(face_id ?? proposal?.best?.face_id))
    .map(({ image_id, etag, bounding_box, similarity }) => ({
      kind: 'PERSON',
      image_id,
      etag,
      bounding_box,
      source: 'propagated',
      person_id,
      ...(similarity === undefined ? {} : { similarity }),
    }));
}

function moveTo(to: PersonId, { row, person_id, of }: Enrolled): Moves {
  const { key: from, version_id, sequencer, etag } = row;
  const move: PortraitMove = {
    person_id,
    from,
    ...(version_id === undefined ? {} : { version_id }),
    sequencer,
    to: movedPortraitKeyOf(to, from, randomUUID()),
  };
  const said = { ...of, etag, source: 'manual' } as const;
  return {
    ...NOTHING,
    portraits: [move],
    decisions: [
      { ...said, kind: 'PORTRAIT', image_id: move.to, person_id: to },
      { ...said, kind: 'NOT_PORTRAIT', image_id: from, person_id },
    ],
  };
}

const together = (moves: readonly Moves[]): Moves => ({
  ...NOTHING,
  portraits: moves.flatMap(({ portraits }) => portraits),
  decisions: moves.flatMap(({ decisions }) => decisions),
});

/** A portrait that is where it was, and why. */
export interface Stayed {
  readonly key: string;
  readonly reason: string;
}

/** The portraits whose copies could not be enrolled. */
export async function stayedOf(target: Target, { portraits }: Moves): Promise<Stayed[]> {
  const rows = await readEnrolmentsByKey(
    target,
    portraits.map(({ to }) => to),
  );
  return portraits
    .filter(({ to }) => rows.get(to)?.status !== 'ENROLLED')
    .map(({ from, to }) => {
      const { status = 'its file is gone', message = status } = rows.get(to) ?? {};
      return { key: from, reason: message };
    });
}
