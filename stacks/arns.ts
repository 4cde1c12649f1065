import type { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import type { RekognitionCollection } from '@cdktf/provider-aws/lib/rekognition-collection/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { MACHINE_NAMES, machineEntry, type MachineName } from '../statemachines/registry.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { ResourceArns } from './grants.ts';
import type { NameOf } from './names.ts';

export interface Account {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: (service: string, rest: string) => string;
}

export interface Storage {
  readonly bucket: S3Bucket;
  readonly results: DynamodbTable;
  readonly people: DynamodbTable;
  readonly decisions: DynamodbTable;
  readonly collection: RekognitionCollection;
  readonly unknownCollection: RekognitionCollection;
}

/** The state machines that objects start. */
const TRIGGERED = MACHINE_NAMES.filter((name) => machineEntry(name).objectPrefix !== undefined);

/** The names of all dead-letter queues. */
export const deadLetterQueues = (nameOf: NameOf): string[] =>
  [...TRIGGERED, 'failures'].map((name) => nameOf(`rollcall-${name}-dead-letters`));

/** State machines and queues by name, because the state machines themselves refer to the functions. */
export function resourceArns(
  nameOf: NameOf,
  { arn }: Account,
  { bucket, results, people, decisions, collection, unknownCollection }: Storage,
  failureDeadLetters: DeadLetters,
): Omit<ResourceArns, 'search'> {
  const machines = (names: readonly MachineName[]) =>
    names.map((name) => arn('states', `stateMachine:${nameOf(`rollcall-${name}`)}`));
  const executions = (names: readonly MachineName[]) =>
    names.map((name) => arn('states', `execution:${nameOf(`rollcall-${name}`)}:*`));
  return {
    bucket: bucket.arn,
    results: results.arn,
    people: people.arn,
    decisions: decisions.arn,
    collection: collection.arn,
    unknownCollection: unknownCollection.arn,
    machines: machines(TRIGGERED),
    executions: executions(TRIGGERED),
    decidingMachines: machines(MACHINE_NAMES.filter((name) => name !== 'forget-person' && !TRIGGERED.includes(name))),
    askedMachines: machines(['decide', 're-recognize', 'group-unknown', 'forget-person']),
    allMachines: machines(MACHINE_NAMES),
    allExecutions: executions(MACHINE_NAMES),
    failureDeadLetters: failureDeadLetters.queue.arn,
    deadLetters: deadLetterQueues(nameOf).map((name) => arn('sqs', name)),
  };
}
