import { SearchFacesCommand, type RekognitionClient, type SearchFacesCommandOutput } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import { percent } from '../schemas/faces.ts';
import { ComparedUnknown, type AlikeFaces } from '../schemas/grouping.ts';
import { comparedFaceKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { PAIR_FLOOR } from './grouping/groups.ts';
import { outcomeOf, takeTurn } from './grouping/paid-turns.ts';
import type { Reservations } from './pacing/meter.ts';
import { clock, meterOf } from './pacing/services.ts';
import { arriveAt, type Clock } from './pacing/slots.ts';
import { rekognitionClient, s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { nameOf } from './runtime/errors.ts';
import { countPaidCall } from './runtime/metrics.ts';
import { readJson, writeJson } from './storage/objects.ts';

interface Services extends Clock {
  readonly s3: S3Client;
  readonly rekognition: RekognitionClient;
  readonly unknownCollectionId: string;
  readonly searchMeter: Reservations;
}

/**
 * The most similar faces of one face. Of somebody with more unknown faces than this, there is more than one group: as
 * pairs, all faces of a person with 10,000 would be 50 million.
 */
const MAX_ALIKE = 200;

/**
 * Compares the next faces with all others in the collection of unknown faces, each with one paid call. Faces that were
 * compared in an earlier run are not compared again, because each new face finds them.
 */
export async function run(input: Input<'compare-unknown'>, services: Services): Promise<Output<'compare-unknown'>> {
  const { s3 } = services;
  const { bucket } = input;
  return takeTurn(input, services, {
    meter: services.searchMeter,
    callFor: async (face) => {
      const { face_id } = await outcomeOf(s3, bucket, face);
      if (face_id === undefined) return undefined;
      const key = comparedFaceKeyOf(face.id);
      const kept = await readJson(s3, { bucket, key }, ComparedUnknown);
      return kept?.face_id === face_id ? undefined : { face_id, key };
    },
    pay: async ({ face_id, key }, slot) => {
      await arriveAt(slot, services);
      await writeJson(s3, { bucket, key }, { face_id, alike: await compare(face_id, services) });
    },
  });
}

async function compare(face_id: string, { rekognition, unknownCollectionId }: Services): Promise<AlikeFaces> {
  let answer: SearchFacesCommandOutput;
  try {
    answer = await countPaidCall(
      rekognition.send(
        new SearchFacesCommand({
          CollectionId: unknownCollectionId,
          FaceId: face_id,
          FaceMatchThreshold: PAIR_FLOOR,
          MaxFaces: MAX_ALIKE,
        }),
      ),
    );
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
  return (answer.FaceMatches ?? []).flatMap(({ Face, Similarity }): AlikeFaces =>
    Face?.ExternalImageId === undefined ? [] : [[Face.ExternalImageId, percent(Similarity)]],
  );
}

/** The vector was removed in the meantime. Rekognition uses the name for bad parameters as well. */
const isGone = (error: unknown) =>
  nameOf(error) === 'InvalidParameterException' && /not found/i.test((error as Error).message);

export const handler = defineTask({
  name: 'compare-unknown',
  services: () => ({
    s3: s3Client(),
    rekognition: rekognitionClient(),
    searchMeter: meterOf('SearchFaces', dynamoDbClient()),
    unknownCollectionId: env('UNKNOWN_COLLECTION_ID'),
    ...clock(),
  }),
  run,
  describe: ({ run: id, from }, output) => ({ run: id, from, next: output?.next }),
});
