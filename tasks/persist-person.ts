import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EnrolledFaceRecord, PersonRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { count } from './runtime/metrics.ts';
import { finishClaim } from './storage/claims.ts';
import { conditionalUpdate, updateConditionally } from './storage/conditional-updates.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';

interface Services {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

/** Writes the person, then the enrolled face, and the enrolment's status last. */
export async function run(input: Input<'persist-person'>, services: Services): Promise<Output<'persist-person'>> {
  const { enrolment, face_id } = input;
  const { person_id, name, timestamp } = enrolment;
  const { dynamoDb, peopleTable } = services;
  const person: PersonRecord = { person_id, record: 'person', name, created_at: timestamp };
  await updateConditionally(
    dynamoDb,
    conditionalUpdate(
      { tableName: peopleTable, key: { person_id, record: person.record } },
      { set: { name, created_at: person.created_at }, condition: 'attribute_not_exists(#created_at)' },
    ),
  );
  await dynamoDb.send(new PutCommand({ TableName: peopleTable, Item: enrolledFace(input) }));
  const row = enrolmentRow(peopleTable, enrolment.key);
  if (await finishClaim(dynamoDb, row, enrolment, { status: 'ENROLLED', face_id })) count('PeopleEnrolled');
  return { status: 'ENROLLED', person_id };
}

function enrolledFace({ enrolment, face, face_id, model_version }: Input<'persist-person'>): EnrolledFaceRecord {
  const { person_id, bucket, key, version_id, timestamp, picture } = enrolment;
  return {
    person_id,
    record: `face#${face_id}`,
    face_id,
    bucket,
    key,
    ...(version_id === undefined ? {} : { version_id }),
    sha256: picture.sha256,
    confidence: face.confidence,
    bounding_box: face.bounding_box,
    model_version,
    timestamp,
  };
}

export const handler = defineTask({
  name: 'persist-person',
  services: () => ({ dynamoDb: dynamoDbClient(), peopleTable: env('PEOPLE_TABLE') }),
  run,
  describe: ({ enrolment }, output) => ({
    execution: enrolment.execution_arn,
    person: enrolment.person_id,
    status: output?.status,
  }),
});
