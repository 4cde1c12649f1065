import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ENROLMENT_METADATA, YES } from '../schemas/enrolment-options.ts';
import type { PersonId } from '../schemas/faces.ts';
import { personOfKey, workPrefixOf } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { refuseForgotten } from './forgetting/tombstones.ts';
import { isFolderMarker, loadPicture, type PictureSource } from './images/load-picture.ts';
import type { Reservations } from './pacing/meter.ts';
import { meterOf } from './pacing/services.ts';
import { waitFor } from './pacing/slots.ts';
import { s3Client } from './runtime/clients.ts';
import { allOf } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { EnrolmentError } from './runtime/errors.ts';
import { claim, uploadedObjectOf } from './storage/claims.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';
import { findPerson } from './storage/people.ts';

interface Services extends PictureSource {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
  readonly now: () => Date;
  readonly detectMeter: Reservations;
  readonly searchMeter: Reservations;
  readonly indexMeter: Reservations;
}

/** Claims an enrolment photo, finds the person that its key tells of, and returns the address of an upright picture. */
export async function run(input: Input<'load-enrolment'>, services: Services): Promise<Output<'load-enrolment'>> {
  const object = uploadedObjectOf(input);
  if (isFolderMarker(object)) return { proceed: false, because: 'FOLDER' };
  const ofKey = personOfKey(object.key);
  const person = ofKey && (await findPerson(services, ofKey));
  const row = enrolmentRow(services.peopleTable, object.key);
  const claimed = await claim(services.dynamoDb, row, object, {
    now: services.now(),
    set: { name: person?.name ?? '' },
    remove: ['face_id'],
  });
  if (claimed !== 'CLAIMED') return { proceed: false, because: claimed };
  if (!person) throw nobodyOf(ofKey?.person_id);
  await refuseForgotten(services, { id: person.person_id, row, object });
  const work_prefix = workPrefixOf(object.key, object.etag, object.version_id);
  const { picture, lane: ofObject, metadata } = await loadPicture(services, object, work_prefix);
  const lane = input.detail.lane ?? ofObject;
  const says = (option: keyof typeof ENROLMENT_METADATA) => metadata[ENROLMENT_METADATA[option]] === YES;
  // The paid calls of an enrolment follow each other, so that it waits once, for the latest slot.
  const [[detect_at = 0], [search_at = 0], [index_at = 0]] = await allOf([
    services.detectMeter.reserve(1, lane),
    services.searchMeter.reserve(1, lane),
    services.indexMeter.reserve(1, lane),
  ]);
  return {
    proceed: true,
    enrolment: {
      ...object,
      ...person,
      record: row.key['record']!,
      work_prefix,
      picture,
      largest: says('largest'),
      force: says('force'),
    },
    detect_at,
    search_at,
    index_at,
    ...waitFor(Math.max(detect_at, search_at, index_at), services),
  };
}

const nobodyOf = (id: PersonId | undefined) =>
  id === undefined
    ? new EnrolmentError(
        'NameInvalid',
        'The key names nobody. Upload the photo as enroll/<name>/<file> or enroll/<name>.jpg.',
      )
    : new EnrolmentError('PersonUnknown', `There is no person ${id}. The command rollcall people lists all of them.`);

export const handler = defineTask({
  name: 'load-enrolment',
  services: () => {
    const dynamoDb = dynamoDbClient();
    return {
      s3: s3Client(),
      dynamoDb,
      peopleTable: env('PEOPLE_TABLE'),
      recognitionOffPrefix: env('RECOGNITION_OFF_PREFIX'),
      now: () => new Date(),
      detectMeter: meterOf('DetectFaces', dynamoDb),
      searchMeter: meterOf('SearchFacesByImage', dynamoDb),
      indexMeter: meterOf('IndexFaces', dynamoDb),
    };
  },
  run,
  describe: (input, output) => ({
    execution: input.execution_arn,
    outcome: output?.proceed === false ? output.because : output && 'LOADED',
  }),
});
