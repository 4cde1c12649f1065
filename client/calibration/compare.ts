import {
  RekognitionClient,
  SearchFacesByImageCommand,
  SearchFacesCommand,
  type FaceMatch,
} from '@aws-sdk/client-rekognition';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { FaceId, Percent, percent, PersonId } from '../../schemas/faces.ts';
import { calibrationKeyOf } from '../../schemas/keys.ts';
import { readJsonIfThere } from '../deployment/objects.ts';
import { PATIENT } from '../deployment/pace.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { EnrolledFace, KnownFaces } from './faces.ts';
import type { Pair } from './rates.ts';

const Enrolled = z.strictObject({ face_id: FaceId, person_id: PersonId });

/** The answer of one search, kept in `work/`. The ids of people are in it so that forgetting finds it. */
const Answer = z.strictObject({
  matches: z.array(z.strictObject({ ...Enrolled.shape, similarity: Percent })),
  /** Those that were enrolled before the search, and that it left out because they are not similar at all. */
  unlike: z.array(Enrolled),
});
type Answer = z.infer<typeof Answer>;

interface Probe {
  readonly person_id: PersonId;
  readonly face_id?: string;
  readonly crop_key?: string;
}

export interface Comparison {
  readonly probes: readonly { readonly probe: Probe; readonly answer: Answer | undefined }[];
  readonly enrolled: readonly EnrolledFace[];
}

/** Concurrent searches. The slowest regions allow five a second, and photos need some of them. */
const CONCURRENCY = 2;
/** The most that one search gives. */
const MAX_FACES = 4096;

/** What has to be searched, with the answers that are remembered. */
export async function planComparison(target: Target, { enrolled, confirmed }: KnownFaces): Promise<Comparison> {
  const probes = await mapConcurrently(CONCURRENCY * 4, [...enrolled, ...confirmed], async (probe: Probe) => ({
    probe,
    answer: await remembered(target, probe),
  }));
  return { probes, enrolled };
}

export const unanswered = ({ probes }: Comparison) => probes.filter(({ answer }) => answer === undefined).length;

/** The pairs of those whose answers are remembered. Nothing is searched. */
export const rememberedPairs = ({ probes, enrolled }: Comparison): Pair[] =>
  pairsOf(
    probes.flatMap(({ probe, answer }) => (answer ? [{ probe, answer }] : [])),
    enrolled,
  );

/** Searches some of those that are not remembered, so that they are from then on. */
export async function searchSome(target: Target, { probes, enrolled }: Comparison, most: number): Promise<void> {
  const open = probes.filter(({ answer }) => answer === undefined);
  await comparePairs(target, { probes: open.slice(0, most), enrolled });
}

/** Compares every known face with every enrolled face, with one paid search for each that is not remembered. */
export async function comparePairs(target: Target, { probes, enrolled }: Comparison): Promise<Pair[]> {
  const rekognition = new RekognitionClient({ ...target.connection, ...PATIENT });
  const people = new Map(enrolled.map((face) => [face.face_id, face]));
  const answers = await mapConcurrently(CONCURRENCY, probes, async ({ probe, answer }) => ({
    probe,
    answer: answer ?? (await search(target, rekognition, probe, people)),
  }));
  return pairsOf(answers, enrolled);
}

/** Each pair of enrolled faces once: the later answer knows of both. */
function pairsOf(
  answers: readonly { readonly probe: Probe; readonly answer: Answer }[],
  enrolled: readonly EnrolledFace[],
): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [at, { probe, answer }] of answers.entries()) {
    const similarities = new Map(answer.unlike.map(({ face_id }) => [face_id, 0]));
    for (const { face_id, similarity } of answer.matches) similarities.set(face_id, similarity);
    for (const face of enrolled) {
      if (face.face_id === probe.face_id) continue;
      const similarity = similarities.get(face.face_id);
      if (similarity === undefined) continue;
      const id = [probe.face_id ?? `crop ${at}`, face.face_id].toSorted().join(' ');
      pairs.set(id, { similarity, same: face.person_id === probe.person_id });
    }
  }
  return [...pairs.values()];
}

async function search(
  target: Target,
  rekognition: RekognitionClient,
  probe: Probe,
  people: ReadonlyMap<string, EnrolledFace>,
): Promise<Answer> {
  const answer = answerOf(await ask(target, rekognition, probe), people);
  const { bucket: Bucket } = target.deployment;
  const Body = JSON.stringify(answer);
  await target.s3.send(new PutObjectCommand({ Bucket, Key: keyOf(probe), Body, ContentType: 'application/json' }));
  return answer;
}

async function ask(
  { deployment }: Target,
  rekognition: RekognitionClient,
  { face_id: face, crop_key: Name }: Probe,
): Promise<FaceMatch[] | undefined> {
  const common = { CollectionId: deployment.collection, FaceMatchThreshold: 0, MaxFaces: MAX_FACES };
  try {
    if (face !== undefined) {
      return (await rekognition.send(new SearchFacesCommand({ ...common, FaceId: face }))).FaceMatches ?? [];
    }
    const Image = { S3Object: { Bucket: deployment.bucket, Name } };
    return (await rekognition.send(new SearchFacesByImageCommand({ ...common, Image }))).FaceMatches ?? [];
  } catch (error) {
    // A crop without a usable face, or a face that was removed meanwhile.
    if ((error as Error).name === 'InvalidParameterException') return undefined;
    throw error;
  }
}

/** What could not be searched says nothing of any face, and neither does an answer that is full of those it left out. */
function answerOf(found: readonly FaceMatch[] | undefined, people: ReadonlyMap<string, EnrolledFace>): Answer {
  if (!found) return { matches: [], unlike: [] };
  const matches = found.flatMap(({ Face, Similarity }) => {
    const known = people.get(Face?.FaceId ?? '');
    return known ? [{ face_id: known.face_id, person_id: known.person_id, similarity: percent(Similarity) }] : [];
  });
  if (found.length === MAX_FACES) return { matches, unlike: [] };
  const matched = new Set(matches.map(({ face_id }) => face_id));
  const others = [...people.values()].filter(({ face_id }) => !matched.has(face_id));
  return { matches, unlike: others.map(({ face_id, person_id }) => ({ face_id, person_id })) };
}

const keyOf = ({ face_id, crop_key = '' }: Probe) => calibrationKeyOf(face_id ?? crop_key);

const remembered = (target: Target, probe: Probe): Promise<Answer | undefined> =>
  readJsonIfThere(target, keyOf(probe), Answer);
