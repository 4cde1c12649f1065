import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ExecutionFailedEvent, ObjectCreatedEvent } from '../../schemas/events.ts';
import type { Target } from '../deployment/target.ts';
import { messageOf } from '../failure.ts';
import { startExecutionOnce } from './start-execution.ts';

/** An event that EventBridge or Lambda could not deliver. */
const EventBridgeEvent = z.looseObject({ id: z.string(), 'detail-type': z.string(), time: z.iso.datetime() });

/** How Lambda wraps the event of a failed asynchronous invocation for its on-failure destination. */
const FailedInvocation = z.looseObject({
  requestContext: z.looseObject({ functionArn: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.looseObject({ errorMessage: z.string().optional() }).nullish(),
});

export interface DeadLetter {
  readonly queueUrl: string;
  readonly receipt: string;
  /** The object key or the execution that the event is about. */
  readonly subject: string;
  readonly time: string;
  readonly reason: string;
  /** Does what the rule's target would have done. Idempotent. */
  putBack(target: Target): Promise<string>;
}

/** Long enough to put one back. If the command is interrupted, the rest becomes visible again after this time. */
const VISIBILITY_TIMEOUT_S = 60;

/** Receives each dead letter once, at most so many. The caller deletes or releases each of them. */
async function* receiveDeadLetters({ sqs, deployment, pollMs }: Target, most: number): AsyncGenerator<DeadLetter> {
  let left = most;
  for (const queueUrl of Object.values(deployment.dead_letters)) {
    while (left > 0) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(10, left),
          VisibilityTimeout: VISIBILITY_TIMEOUT_S,
          // A long poll asks all of SQS's servers, a short poll may miss messages.
          WaitTimeSeconds: Math.floor(pollMs / 1000),
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      left -= Messages.length;
      for (const message of Messages) yield deadLetterOf(queueUrl, message);
    }
  }
}

const releaseDeadLetter = ({ sqs }: Target, { queueUrl, receipt }: DeadLetter) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }));

const deleteDeadLetter = ({ sqs }: Target, { queueUrl, receipt }: DeadLetter) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));

/** Reads dead letters, at most so many, and leaves them where they are. */
export async function* readDeadLetters(target: Target, most = Infinity): AsyncGenerator<DeadLetter> {
  const seen: DeadLetter[] = [];
  try {
    for await (const deadLetter of receiveDeadLetters(target, most)) {
      seen.push(deadLetter);
      yield deadLetter;
    }
  } finally {
    // Released at the end, because they would be received again.
    for (const deadLetter of seen) await releaseDeadLetter(target, deadLetter);
  }
}

/** What was done about a dead letter: what it started, or why it stays where it is. */
export interface PutBack {
  readonly deadLetter: DeadLetter;
  readonly done: boolean;
  readonly result: string;
}

/** Starts what dead letters should have started, at most so many, and deletes each after that. If it is interrupted, the rest is visible again after a minute. */
export async function* putBackDeadLetters(target: Target, most = Infinity): AsyncGenerator<PutBack> {
  const left: DeadLetter[] = [];
  try {
    for await (const deadLetter of receiveDeadLetters(target, most)) {
      try {
        const result = await deadLetter.putBack(target);
        await deleteDeadLetter(target, deadLetter);
        yield { deadLetter, done: true, result };
      } catch (error) {
        left.push(deadLetter);
        yield { deadLetter, done: false, result: messageOf(error) };
      }
    }
  } finally {
    for (const deadLetter of left) await releaseDeadLetter(target, deadLetter);
  }
}

function deadLetterOf(
  queueUrl: string,
  { Body = '', ReceiptHandle = '', MessageAttributes = {} }: Message,
): DeadLetter {
  const envelope = FailedInvocation.safeParse(parseJson(Body));
  const body = envelope.success ? JSON.stringify(envelope.data.requestPayload) : Body;
  const reason =
    MessageAttributes['ERROR_MESSAGE']?.StringValue ??
    (envelope.success ? envelope.data.responsePayload?.errorMessage : undefined) ??
    'no reason is given';
  return { queueUrl, receipt: ReceiptHandle, reason, ...describeEvent(body) };
}

function describeEvent(body: string): Pick<DeadLetter, 'subject' | 'time' | 'putBack'> {
  const event = EventBridgeEvent.safeParse(parseJson(body));
  if (!event.success) return unknownEvent('no event', body.slice(0, 60));
  const { id, time, 'detail-type': type } = event.data;
  const created = ObjectCreatedEvent.safeParse(event.data);
  if (type === 'Object Created' && created.success) {
    const { key } = created.data.detail.object;
    // The part of the event that the rule hands on: without the uploader's address.
    const input = JSON.stringify(created.data);
    return { subject: key, time, putBack: (target) => startStateMachine(target, { key, id, input }) };
  }
  const failed = ExecutionFailedEvent.safeParse(event.data);
  if (failed.success) {
    return {
      subject: failed.data.detail.executionArn,
      time,
      putBack: (target) => recordFailedExecution(target, failed.data),
    };
  }
  return unknownEvent(time, type);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unknownEvent = (time: string, subject: string) => ({
  subject,
  time,
  putBack: () => Promise.reject(new Error('no part of Rollcall is started by such an event')),
});

/**
 * Starts the state machine directly, because only S3 can put events with the source aws.s3. The event's id is the
 * execution's name, so that putting an event back twice is idempotent.
 */
const startStateMachine = async (
  target: Target,
  { key, id, input }: { key: string; id: string; input: string },
): Promise<string> =>
  (await startExecutionOnce(target, { key, name: `put-back-${id}`, input })) ? 'started' : 'had been started before';

/** Records a failure with the code of the task record-failure, which leaves newer rows unchanged. */
async function recordFailedExecution(target: Target, event: ExecutionFailedEvent): Promise<string> {
  // Loaded on demand: no other command needs the tasks' libraries.
  const { run: recordFailure } = await import('../../tasks/record-failure.ts');
  const { sfn, dynamoDb, deployment } = target;
  const { results_table: resultsTable, people_table: peopleTable } = deployment;
  const { recorded } = await recordFailure(event, { sfn, dynamoDb, resultsTable, peopleTable });
  return recorded ? 'recorded as failed' : 'had ended otherwise since';
}
