import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FaceSearch, type Candidate, type DetectedFace, type PersonId } from '../../schemas/faces.ts';
import { searchKeyOf } from '../../schemas/keys.ts';
import type { Slot } from '../../schemas/pacing.ts';
import type { Enrolment, Picture } from '../../schemas/payloads.ts';
import { searchCrop, type Collection } from '../faces/search.ts';
import { arriveAt, type Clock } from '../pacing/slots.ts';
import { EnrolmentError } from '../runtime/errors.ts';
import { computeOnce } from '../storage/objects.ts';
import { presentPerson } from '../storage/people.ts';

/**
 * In percent. At this similarity AWS advises to take two faces for one person where it matters (Rekognition Developer
 * Guide, "Using facial recognition"). The most alike of 75 people have 63 in the local engine.
 */
export const LOOKS_ALIKE = 99;

export interface LookAlikeServices extends Omit<Collection, 'threshold' | 'searchBy'>, Clock {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

/**
 * Throws if the face looks like somebody else who is enrolled: then two people would be found under each other's name.
 * One paid call, kept in `work/`. The message has the other's id and not the name, which the row would keep for longer
 * than the person.
 */
export async function refuseLookAlike(
  { person_id, work_prefix }: Enrolment,
  shown: { readonly picture: Picture; readonly face: DetectedFace; readonly search_at: Slot },
  services: LookAlikeServices,
): Promise<void> {
  const { picture, face, search_at } = shown;
  const address = { bucket: picture.bucket, key: searchKeyOf(work_prefix, 0) };
  const found = await computeOnce(services.s3, address, FaceSearch, async () => {
    await arriveAt(search_at, services);
    return searchCrop(
      { ...services, searchBy: 'faces', threshold: LOOKS_ALIKE },
      { ...picture, face: face.bounding_box },
    );
  });
  const alike = [found.best, found.runner_up].filter((one) => one !== undefined && one.similarity >= LOOKS_ALIKE);
  const other = await firstOther(alike as Candidate[], person_id, services);
  if (!other) return;
  throw new EnrolmentError(
    'LooksLikeAnother',
    `The face looks like ${other.person_id}, who is enrolled: ${Math.floor(other.similarity)} % similarity. ` +
      'If that is the same person, enrol the photo there; if not, enrol it with --force.',
  );
}

async function firstOther(candidates: readonly Candidate[], own: PersonId, people: LookAlikeServices) {
  for (const candidate of candidates) {
    if (candidate.person_id === own) continue;
    // People who were merged are one.
    const [one, other] = await Promise.all([presentPerson(people, own), presentPerson(people, candidate.person_id)]);
    if (one.person_id !== other.person_id) return candidate;
  }
  return undefined;
}
