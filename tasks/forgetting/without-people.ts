import type { Candidate, FaceSearch } from '../../schemas/faces.ts';
import type { FaceOutcome } from '../../schemas/outcomes.ts';

type People = ReadonlySet<string>;

/** Whether a row or a file says anything about these people: their ids are in its text. */
export function mentions(text: string, people: Iterable<string>): boolean {
  for (const id of people) if (text.includes(id)) return true;
  return false;
}

/** What a face's row, its JSON and the answer to its search have in common. */
interface Decision {
  readonly status: FaceSearch['status'];
  readonly reason: FaceSearch['reason'];
  readonly candidate?: Candidate | undefined;
  readonly runner_up?: Candidate | undefined;
}

/**
 * A face that was taken for one of these people is unknown from now on, with no candidate, so that nothing suggests them
 * again. For any other face they only leave the candidates, and the next one moves up.
 */
function decide({ status, reason, candidate, runner_up }: Decision, wasMatched: boolean, people: People): Decision {
  if (wasMatched) return FORGOTTEN;
  const [best, next] = [candidate, runner_up].filter((one) => one && !people.has(one.person_id));
  if (status !== 'UNKNOWN') return { status, reason, runner_up: best };
  if (best) return { status, reason, candidate: best, runner_up: next };
  return { status, reason: reason === 'SIMILARITY_BELOW_THRESHOLD' ? 'NO_CANDIDATE' : reason };
}

export function searchWithout(search: FaceSearch, people: People): FaceSearch {
  if (people.size === 0) return search;
  const { best, model_version } = search;
  const matched = search.status === 'MATCHED';
  const wasMatched = matched && best !== undefined && people.has(best.person_id);
  const { status, reason, ...rest } = decide({ ...search, candidate: matched ? undefined : best }, wasMatched, people);
  return defined({
    status,
    reason,
    best: status === 'MATCHED' ? best : rest.candidate,
    runner_up: rest.runner_up,
    model_version,
  });
}

/** What the search said, if the row has it. Derived again, the face must not get the person back. */
function proposalWithout(proposal: FaceSearch | undefined, wasMatched: boolean, people: People) {
  if (!proposal) return {};
  return { proposal: wasMatched ? FORGOTTEN : searchWithout(proposal, people) };
}

const FORGOTTEN = { status: 'UNKNOWN', reason: 'PERSON_FORGOTTEN' } as const;

/** Whether a face was taken for one of these people, be it that another face of the photo was more similar. */
export const showed = ({ person_id, reason, candidate }: FaceOutcome, people: People): boolean =>
  (person_id !== undefined && people.has(person_id)) ||
  (reason === 'PERSON_ALREADY_IN_PHOTO' && candidate !== undefined && people.has(candidate.person_id));

/** The same face without these people, and without the crop that showed one of them. */
export function faceWithout<Face extends FaceOutcome & { proposal?: FaceSearch | undefined }>(
  face: Face,
  people: People,
): Face {
  const { person_id, person, face_id, similarity, crop_key, candidate, runner_up, proposal: said, ...rest } = face;
  const wasMatched = showed(face, people);
  const identity = wasMatched ? { source: 'machine' } : { person_id, person, face_id, similarity, crop_key };
  const proposal = proposalWithout(said, wasMatched, people);
  const without = {
    ...rest,
    ...identity,
    ...proposal,
    ...decide({ ...rest, candidate, runner_up }, wasMatched, people),
  };
  return defined<object>(without) as Face;
}

const defined = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
