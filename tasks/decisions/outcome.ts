import type { Decision } from '../../schemas/decisions.ts';
import type { Candidate, FaceSearch, PersonId } from '../../schemas/faces.ts';
import type { FaceOutcome } from '../../schemas/outcomes.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import type { PeopleById } from './people.ts';

/** The part of a face's outcome that follows from search and decisions. */
export type Named = Pick<
  FaceOutcome,
  'status' | 'reason' | 'source' | 'face_id' | 'person_id' | 'person' | 'similarity' | 'candidate' | 'runner_up'
>;

/** What the search found. Rows of earlier versions of Rollcall keep it only in their outcome. */
export function proposalOf(face: FaceRecord): FaceSearch {
  if (face.proposal) return face.proposal;
  const { status, reason, person_id, similarity, candidate, runner_up, model_version } = face;
  const best =
    person_id !== undefined && similarity !== undefined ? { ...faceOf(face), person_id, similarity } : candidate;
  return {
    status,
    reason,
    ...(best ? { best } : {}),
    ...(runner_up ? { runner_up } : {}),
    ...(model_version === undefined ? {} : { model_version }),
  };
}

/** What the search alone says. */
export function proposed(search: FaceSearch, people: PeopleById): Named {
  const { best, runner_up } = candidatesOf(search, people);
  const { status, reason } = judged(search, best, people);
  const rest = runner_up ? { runner_up } : {};
  if (status === 'MATCHED' && best)
    return { status, reason, source: 'machine', ...best, ...nameOf(best, people), ...rest };
  return { status, reason, source: 'machine', ...(status === 'UNKNOWN' && best ? { candidate: best } : {}), ...rest };
}

const ABOVE = { status: 'MATCHED', reason: 'SIMILARITY_ABOVE_THRESHOLD' } as const;
const BELOW = { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD' } as const;

/** A person's own threshold replaces the one by which the search was judged. */
function judged({ status, reason }: FaceSearch, best: Candidate | undefined, people: PeopleById) {
  const threshold = best && people.get(best.person_id)?.threshold;
  if (threshold === undefined || (reason !== ABOVE.reason && reason !== BELOW.reason)) return { status, reason };
  return best!.similarity >= threshold ? ABOVE : BELOW;
}

/** What the search and the decisions about this face say together. */
export function decided(search: FaceSearch, decisions: readonly Decision[], people: PeopleById): Named {
  const verdict = verdictOf(decisions, people);
  const { last, rejected } = verdict;
  const { best, runner_up } = candidatesOf(search, people);
  if (last?.person_id !== undefined) return namedBy(last, best, people);
  if (last) {
    const status = last.kind === 'STRANGER' ? 'STRANGER' : 'NOT_A_FACE';
    return { status, reason: 'DECIDED_BY_HAND', source: 'manual' };
  }
  if (!best || !rejected.has(best.person_id)) return proposed(search, people);
  // The runner-up was never compared with the threshold, so it is only a candidate.
  const candidate = runner_up && !rejected.has(runner_up.person_id) ? { candidate: runner_up } : {};
  return { status: 'UNKNOWN', reason: 'DECIDED_BY_HAND', source: 'manual', ...candidate };
}

interface Verdict {
  /** The last entry that says what the face is. */
  readonly last: Decision | undefined;
  /** Who it is not. */
  readonly rejected: ReadonlySet<PersonId>;
}

/** Reads the entries in their order. What re-recognition found counts where nothing was decided by hand. */
function verdictOf(decisions: readonly Decision[], people: PeopleById): Verdict {
  let last: Decision | undefined;
  const rejected = new Set<PersonId>();
  const who = ({ person_id }: Decision) => person_id && (people.get(person_id)?.person_id ?? person_id);
  for (const decision of decisions.filter(({ source }) => source === 'manual')) {
    const person = who(decision);
    if (decision.kind === 'NOT_PERSON' && person) {
      rejected.add(person);
      if (last && who(last) === person) last = undefined;
    } else if (decision.kind !== 'FACE' || person) {
      last = decision;
      if (person) rejected.delete(person);
    }
  }
  const propagated = decisions.findLast((decision) => {
    const person = who(decision);
    if (decision.source !== 'propagated' || person === undefined || rejected.has(person)) return false;
    const { threshold = 0 } = people.get(person) ?? {};
    return (decision.similarity ?? 100) >= threshold;
  });
  return { last: last ?? propagated, rejected };
}

function namedBy(decision: Decision, best: Candidate | undefined, people: PeopleById): Named {
  const { source, similarity } = decision;
  const person_id = people.get(decision.person_id!)?.person_id ?? decision.person_id!;
  const found =
    source === 'propagated'
      ? { ...faceOf(decision), ...(similarity === undefined ? {} : { similarity }) }
      : best?.person_id === person_id
        ? { ...faceOf(best), similarity: best.similarity }
        : {};
  const reason = source === 'propagated' ? 'SIMILARITY_ABOVE_THRESHOLD' : 'DECIDED_BY_HAND';
  return { status: 'MATCHED', reason, source, person_id, ...nameOf({ person_id }, people), ...found };
}

/** The face of the collection that is alike. Absent if users were searched. */
export const faceOf = ({ face_id }: { readonly face_id?: string | undefined }) =>
  face_id === undefined ? {} : { face_id };

const nameOf = ({ person_id }: { person_id: PersonId }, people: PeopleById) => ({
  person: people.get(person_id)?.name ?? person_id,
});

/** Candidates as the people they are now. A runner-up that has turned out to be the same person is none. */
function candidatesOf({ best, runner_up }: FaceSearch, people: PeopleById) {
  const now = (candidate: Candidate): Candidate => ({
    ...candidate,
    person_id: people.get(candidate.person_id)?.person_id ?? candidate.person_id,
  });
  const first = best && now(best);
  const second = runner_up && now(runner_up);
  return { best: first, runner_up: second?.person_id === first?.person_id ? undefined : second };
}
