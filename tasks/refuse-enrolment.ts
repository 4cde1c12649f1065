import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Input, Output } from '../schemas/tasks.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { faultOf } from './runtime/faults.ts';
import { count } from './runtime/metrics.ts';
import { finishClaim, uploadedObjectOf } from './storage/claims.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';

interface Services {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

/** Ends an enrolment that is not possible as REFUSED, with the reason and what to do about it. */
export async function run(input: Input<'refuse-enrolment'>, services: Services): Promise<Output<'refuse-enrolment'>> {
  const object = uploadedObjectOf(input);
  const fault = faultOf(input.error);
  const row = enrolmentRow(services.peopleTable, object.key);
  if (await finishClaim(services.dynamoDb, row, object, { status: 'REFUSED', ...fault })) count('EnrolmentsRefused');
  return { status: 'REFUSED', reason: fault.reason };
}

export const handler = defineTask({
  name: 'refuse-enrolment',
  services: () => ({ dynamoDb: dynamoDbClient(), peopleTable: env('PEOPLE_TABLE') }),
  run,
  describe: (input, output) => ({ execution: input.execution_arn, reason: output?.reason }),
});
