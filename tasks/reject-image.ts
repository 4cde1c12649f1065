import { imageIdOf, processedKeyOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { defineTask } from './runtime/define-task.ts';
import { faultOf } from './runtime/faults.ts';
import { count } from './runtime/metrics.ts';
import { ownsClaim, uploadedObjectOf } from './storage/claims.ts';
import { etagOf } from './storage/objects.ts';
import { addressOf, publish, resultServices, type ResultServices } from './storage/processed-json.ts';
import { photoRow, readFaces, removeFaces } from './storage/result-rows.ts';

/** Ends a photo that cannot be read as REJECTED, with the reason and what to do about it. */
export async function run(input: Input<'reject-image'>, services: ResultServices): Promise<Output<'reject-image'>> {
  const object = uploadedObjectOf(input);
  const image_id = imageIdOf(object.key);
  const key = processedKeyOf(image_id);
  const { dynamoDb, resultsTable } = services;
  const [faces, seen] = await Promise.all([
    readFaces(dynamoDb, resultsTable, image_id),
    etagOf(services.s3, object.bucket, key),
  ]);
  const older = faces.filter(({ sequencer }) => sequencer < object.sequencer);
  const owner = await ownsClaim(dynamoDb, photoRow(resultsTable, image_id), object);
  // The status comes last: it says that everything is done.
  if (owner) await removeFaces(services, object.bucket, older);
  const done =
    owner &&
    (await publish(services, {
      object,
      key,
      seen,
      processed: {
        image_id,
        ...addressOf(object),
        processed_at: services.now().toISOString(),
        pipeline_version: services.pipelineVersion,
        status: 'REJECTED',
        ...faultOf(input.error),
        faces: [],
      },
    }));
  if (done) count('PhotosRejected');
  return { status: done ? 'REJECTED' : 'SUPERSEDED', image_id, bucket: object.bucket, processed_key: key, faces: {} };
}

export const handler = defineTask({
  name: 'reject-image',
  services: resultServices,
  run,
  describe: (input, output) => ({ execution: input.execution_arn, reason: input.error.Error, status: output?.status }),
});
