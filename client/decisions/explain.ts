import type { Decision } from '../../schemas/decisions.ts';
import type { Candidate, FaceReason, FaceSearch } from '../../schemas/faces.ts';
import type { Processed } from '../../schemas/processed.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { People } from '../deployment/queries.ts';
import { printable } from '../text.ts';

/** What is known about the name of a face. */
export interface FaceFacts {
  readonly photo: PhotoRecord;
  readonly face: FaceRecord;
  readonly quality: Processed['faces'][number]['quality'] | undefined;
  /** What was decided about the face and still holds, the oldest first. */
  readonly decisions: readonly Decision[];
  readonly people: People;
  /** As it is set now, for all people or for the one whom the face resembles most. */
  readonly threshold: number;
  readonly hasOwnThreshold?: boolean;
}

/** Says in a few sentences why a face is named as it is. */
export function explain(facts: FaceFacts): string {
  const { face, decisions } = facts;
  const byHand = decisions.filter(({ source }) => source === 'manual');
  const search = face.proposal;
  return [
    tell(searchOf(face), facts),
    ...(face.source === 'propagated' ? [propagation(decisions)] : []),
    ...byHand.map((decision) => sentenceOf(decision, facts)),
    ...(search && face.reason !== search.reason ? [`The search alone says: ${tell(search, facts)}`] : []),
    measures(facts),
  ].join('\n');
}

function tell(search: FaceSearch, facts: FaceFacts): string {
  const { reason, best, runner_up } = search;
  // Somebody as unlike as this is nobody to mention.
  const unlike = reason === 'SIMILARITY_BELOW_THRESHOLD' && best && best.similarity < UNLIKE;
  if (unlike) return SENTENCES.NO_CANDIDATE(search, facts);
  const outcome = SENTENCES[reason](search, facts);
  if (!best || !runner_up || runner_up.similarity < UNLIKE) return outcome;
  const margin = (best.similarity - runner_up.similarity).toFixed(1);
  return `${outcome} Next is ${whoIs(runner_up, facts)} with ${percent(runner_up.similarity)}, ${margin} less.`;
}

/** In per cent. */
const UNLIKE = 1;

type Sentence = (search: FaceSearch, facts: FaceFacts) => string;

const SENTENCES: Record<FaceReason, Sentence> = {
  SIMILARITY_ABOVE_THRESHOLD: ({ best }, facts) =>
    `It is ${whoIs(best, facts)}: ${percent(best?.similarity)} similar, and ${thresholdOf(facts)}.`,
  SIMILARITY_BELOW_THRESHOLD: ({ best }, facts) =>
    `It is nobody known: ${whoIs(best, facts)} is the most similar with ${percent(best?.similarity)}, and ${thresholdOf(facts)}.`,
  NO_CANDIDATE: () => 'It is nobody known: nobody who is enrolled is similar to it at all.',
  COLLECTION_EMPTY: () => 'It is nobody known: nobody was enrolled when it was searched.',
  NO_USABLE_FACE_IN_CROP: () => 'It cannot be told: the face is not clear enough to be compared.',
  OTHER_FACE_IN_CROP: () => 'It cannot be told: another face is so close that the search took that one.',
  FACE_TOO_SMALL: () => 'It was not searched: the face has too few pixels (minFacePixels).',
  DECIDED_BY_HAND: (_, { face, people }) => BY_HAND[face.status](nameOf(face.person_id, face.person, people)),
  FACE_EXPIRED: () => 'It is nobody known: it was not named in time, and what told who it is was removed.',
  PERSON_FORGOTTEN: () => 'It is nobody known: the person it was taken for was forgotten.',
  NOT_SEARCHED: () => 'It is nobody known: the face was drawn by hand, and such faces are not searched.',
  PERSON_ALREADY_IN_PHOTO: ({ best }, facts) =>
    `It is not ${whoIs(best, facts)}, although ${percent(best?.similarity)} similar: another face of the photo is more so, and a photo shows a person once (allowTwins).`,
};

const BY_HAND: Record<FaceRecord['status'], (name: string) => string> = {
  MATCHED: (name) => `It is ${name}, because somebody said so.`,
  UNKNOWN: () => 'It is nobody known, because somebody said who it is not.',
  STRANGER: () => 'It is a stranger, because somebody said so.',
  NOT_A_FACE: () => 'It is not a face, because somebody said so.',
  UNSEARCHABLE: () => 'It cannot be told.',
};

/** The outcome in the form of a search: a row names its match and its candidate apart. */
function searchOf({ status, reason, face_id, person_id, similarity, candidate, runner_up }: FaceRecord): FaceSearch {
  const match = face_id && person_id && similarity !== undefined ? { face_id, person_id, similarity } : undefined;
  const best = match ?? candidate;
  return { status, reason, ...(best ? { best } : {}), ...(runner_up ? { runner_up } : {}) };
}

function propagation(decisions: readonly Decision[]): string {
  const found = decisions.findLast(({ source }) => source === 'propagated');
  return found
    ? `It was found when unknown faces were searched again on ${found.timestamp} (batch ${found.batch}).`
    : 'It was found when unknown faces were searched again.';
}

function sentenceOf({ kind, person_id, by, timestamp, batch }: Decision, { people }: FaceFacts): string {
  const name = nameOf(person_id, undefined, people);
  const said: Record<Decision['kind'], string> = {
    PERSON: `said that it is ${name}`,
    NOT_PERSON: `said that it is not ${name}`,
    STRANGER: 'said that it is a stranger',
    NOT_A_FACE: 'said that it is not a face',
    FACE: person_id === undefined ? 'drew it' : `drew it and said that it is ${name}`,
    UNDO: 'took a decision back',
    PORTRAIT: `made it a portrait of ${name}`,
    NOT_PORTRAIT: `said that it is no portrait of ${name}`,
  };
  return `${printable(by)} ${said[kind]} on ${timestamp} (batch ${batch}).`;
}

function measures({ photo, face, quality = {} }: FaceFacts): string {
  const { width = 0, height = 0 } = photo;
  const { bounding_box: box } = face;
  const size = `${Math.round(box.width * width)} x ${Math.round(box.height * height)} pixels`;
  const { sharpness, brightness } = quality;
  const measured = [
    `${percent(face.confidence)} sure to be a face`,
    ...(sharpness === undefined ? [] : [`sharpness ${Math.round(sharpness)}`]),
    ...(brightness === undefined ? [] : [`brightness ${Math.round(brightness)}`]),
  ];
  return `The face has ${size}: ${measured.join(', ')}.`;
}

const thresholdOf = ({ threshold, hasOwnThreshold }: FaceFacts) =>
  `${hasOwnThreshold ? 'the threshold of this person' : 'the threshold'} is ${threshold} %`;

const whoIs = (candidate: Candidate | undefined, { people }: FaceFacts) =>
  nameOf(candidate?.person_id, undefined, people);

const nameOf = (id: string | undefined, otherwise: string | undefined, people: People) =>
  printable(people.get(id ?? '') ?? otherwise ?? id ?? 'somebody');

/** Rounded down, so that 79.96, which is below a threshold of 80, does not show as 80. */
const percent = (share = 0) => `${(Math.floor(share * 10) / 10).toFixed(1)} %`;
