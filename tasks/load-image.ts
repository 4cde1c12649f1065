import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayOf } from '../schemas/days.ts';
import { imageIdOf, workPrefixOf } from '../schemas/keys.ts';
import type { Photo } from '../schemas/payloads.ts';
import { OUTCOME_ATTRIBUTES } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { rememberedDetection } from './faces/detect.ts';
import { isFolderMarker, loadPicture, type PictureSource } from './images/load-picture.ts';
import type { Reservations } from './pacing/meter.ts';
import { meterOf } from './pacing/services.ts';
import { waitFor } from './pacing/slots.ts';
import { s3Client } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { claim, uploadedObjectOf } from './storage/claims.ts';
import { photoRow } from './storage/result-rows.ts';

interface Services extends PictureSource {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly now: () => Date;
  readonly detectMeter: Reservations;
}

/** Claims the photo, reads it once, and returns the address of an upright picture that Rekognition accepts. */
export async function run(input: Input<'load-image'>, services: Services): Promise<Output<'load-image'>> {
  const object = uploadedObjectOf(input);
  if (isFolderMarker(object)) return { proceed: false, because: 'FOLDER' };
  const image_id = imageIdOf(object.key);
  const claimed = await claim(services.dynamoDb, photoRow(services.resultsTable, image_id), object, {
    now: services.now(),
    set: { day: dayOf(object.timestamp) },
    remove: OUTCOME_ATTRIBUTES,
  });
  if (claimed !== 'CLAIMED') return { proceed: false, because: claimed };

  const work_prefix = workPrefixOf(object.key, object.etag, object.version_id);
  const { picture, lane: ofObject } = await loadPicture(services, object, work_prefix);
  const lane = input.detail.lane ?? ofObject;
  const photo = { ...object, image_id, work_prefix, picture, lane };
  return { proceed: true, photo, ...(await reserveDetection(photo, services)) };
}

/** Nobody waits for an answer that is remembered. It is looked for only here, because most photos are new. */
async function reserveDetection({ lane, picture, work_prefix }: Photo, services: Services) {
  const [detect_at = 0] = await services.detectMeter.reserve(1, lane);
  const wait = waitFor(detect_at, services);
  const known = wait.wait_until !== undefined && (await rememberedDetection(services.s3, picture, work_prefix));
  return { detect_at, ...(known ? {} : wait) };
}

export const handler = defineTask({
  name: 'load-image',
  services: () => {
    const dynamoDb = dynamoDbClient();
    return {
      s3: s3Client(),
      dynamoDb,
      resultsTable: env('RESULTS_TABLE'),
      recognitionOffPrefix: env('RECOGNITION_OFF_PREFIX'),
      now: () => new Date(),
      detectMeter: meterOf('DetectFaces', dynamoDb),
    };
  },
  run,
  describe: (input, output) => ({
    execution: input.execution_arn,
    sequencer: input.detail.object.sequencer,
    outcome: output?.proceed === false ? output.because : output && 'LOADED',
  }),
});
