import type { SFNClient } from '@aws-sdk/client-sfn';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type ExecutionFailedEvent, ObjectCreatedEvent } from '../schemas/events.ts';
import { imageIdOf, personNameOf, PREFIXES } from '../schemas/keys.ts';
import type { UploadedObject } from '../schemas/payloads.ts';
import { FAILURE_ATTRIBUTES, OUTCOME_ATTRIBUTES } from '../schemas/records.ts';
import type { Output } from '../schemas/tasks.ts';
import { stepFunctionsClient } from './runtime/clients.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';
import { TaskError } from './runtime/errors.ts';
import { stateThatFailed } from './runtime/failed-state.ts';
import { faultOf } from './runtime/faults.ts';
import { count } from './runtime/metrics.ts';
import { uploadedObjectOf } from './storage/claims.ts';
import { conditionalUpdate, updateConditionally } from './storage/conditional-updates.ts';
import { enrolmentRow } from './storage/enrolment-row.ts';
import { photoRow } from './storage/result-rows.ts';

interface Services {
  readonly sfn: SFNClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
}

/**
 * Marks the row of a failed execution as FAILED, with error and state. EventBridge invokes it instead of a Catch, so
 * that the failure stays on its Task, where a redrive continues. A late event changes nothing; a second failure, after
 * a redrive, replaces the first.
 */
export async function run({ detail }: ExecutionFailedEvent, services: Services): Promise<Output<'record-failure'>> {
  count('ExecutionsFailed');
  const object = uploadedObjectOf({
    ...startedWith(detail.input, detail.executionArn),
    execution_arn: detail.executionArn,
  });
  const { row, identity, outcome } = target(object, services);
  const recorded = await updateConditionally(
    services.dynamoDb,
    conditionalUpdate(row, {
      set: {
        ...object,
        ...identity,
        claimed_at: object.timestamp,
        status: 'FAILED',
        error: detail.error ?? detail.status,
        cause: faultOf({ Error: '', Cause: detail.cause ?? '' }).message.slice(0, 2000),
        failed_state: await stateThatFailed(services.sfn, detail.executionArn),
      },
      remove: [...FAILURE_ATTRIBUTES, ...outcome],
      condition:
        'attribute_not_exists(#status) OR #sequencer < :sequencer OR ' +
        '(#execution_arn = :execution_arn AND #status IN (:processing, :status))',
      values: { processing: 'PROCESSING' },
    }),
  );
  return { recorded, record: row.key['record'] };
}

function startedWith(input: string | null | undefined, executionArn: string): ObjectCreatedEvent {
  if (!input) throw new TaskError('InvalidPayload', `The event does not carry the input of ${executionArn}.`);
  return parse(ObjectCreatedEvent, JSON.parse(input), `input of ${executionArn}`);
}

function target({ key, timestamp }: UploadedObject, { resultsTable, peopleTable }: Services) {
  if (!key.startsWith(PREFIXES.enroll)) {
    return {
      row: photoRow(resultsTable, imageIdOf(key)),
      identity: { day: timestamp.slice(0, 10) },
      outcome: OUTCOME_ATTRIBUTES,
    };
  }
  const row = enrolmentRow(peopleTable, key);
  return { row, identity: { name: personNameOf(key) ?? '' }, outcome: ['face_id'] };
}

export const handler = defineTask({
  name: 'record-failure',
  services: () => ({
    sfn: stepFunctionsClient(),
    dynamoDb: dynamoDbClient(),
    resultsTable: env('RESULTS_TABLE'),
    peopleTable: env('PEOPLE_TABLE'),
  }),
  run,
  describe: ({ detail }, output) => ({
    execution: detail.executionArn,
    status: detail.status,
    error: detail.error ?? undefined,
    recorded: output?.recorded,
  }),
});
