import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { imageIdOf, workPrefixOf } from '../schemas/keys.ts';
import { OUTCOME_ATTRIBUTES } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { isFolderMarker, loadPicture } from './images/load-picture.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { claim, uploadedObjectOf } from './storage/claims.ts';
import { photoRow } from './storage/result-rows.ts';

interface Services {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly now: () => Date;
}

/** Claims the photo, reads it once, and returns the address of an upright picture that Rekognition accepts. */
export async function run(input: Input<'load-image'>, services: Services): Promise<Output<'load-image'>> {
  const object = uploadedObjectOf(input);
  if (isFolderMarker(object)) return { proceed: false, because: 'FOLDER' };
  const image_id = imageIdOf(object.key);
  const claimed = await claim(services.dynamoDb, photoRow(services.resultsTable, image_id), object, {
    now: services.now(),
    set: { day: object.timestamp.slice(0, 10) },
    remove: OUTCOME_ATTRIBUTES,
  });
  if (claimed !== 'CLAIMED') return { proceed: false, because: claimed };

  const work_prefix = workPrefixOf(object.key, object.etag, object.version_id);
  const picture = await loadPicture(services.s3, object, work_prefix);
  return { proceed: true, photo: { ...object, image_id, work_prefix, picture } };
}

export const handler = defineTask({
  name: 'load-image',
  services: () => ({
    s3: s3Client(),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    now: () => new Date(),
  }),
  run,
  describe: (input, output) => ({
    execution: input.execution_arn,
    sequencer: input.detail.object.sequencer,
    outcome: output?.proceed === false ? output.because : output && 'LOADED',
  }),
});
