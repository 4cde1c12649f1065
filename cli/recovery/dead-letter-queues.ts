import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { ExecutionFailedEvent, ObjectCreatedEvent } from '../../schemas/events.ts';
import { startOnce } from './start-execution.ts';
import type { Target } from '../deployment/target.ts';

/** An event that EventBridge, or Lambda, gave up on. */
const Event = z.looseObject({ id: z.string(), 'detail-type': z.string(), time: z.iso.datetime() });

/** How Lambda wraps the event of an asynchronous invocation that it gave up on, for its on-failure destination. */
const GivenUp = z.looseObject({
  requestContext: z.looseObject({ functionArn: z.string() }),
  requestPayload: z.unknown(),
  responsePayload: z.looseObject({ errorMessage: z.string().optional() }).nullish(),
});

export interface Letter {
  readonly queueUrl: string;
  readonly receipt: string;
  /** What the event is about: a key, or an execution. */
  readonly subject: string;
  readonly time: string;
  readonly why: string;
  /** Does what its rule's target would have done: once, however often it is called. */
  putBack(target: Target): Promise<string>;
}

/** Long enough to put one back; if we are interrupted, the rest is seen again that much later. */
const HIDDEN_S = 60;

/** Takes every dead letter once. Whoever takes one puts it back and deletes it, or releases it. */
export async function* deadLetters({ sqs, deployment, pollMs }: Target): AsyncGenerator<Letter> {
  for (const queueUrl of Object.values(deployment.dead_letters)) {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_S,
          // In the cloud a poll that waits asks all of SQS's servers; one that does not may miss letters.
          WaitTimeSeconds: Math.floor(pollMs / 1000),
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      for (const message of Messages) yield letterOf(queueUrl, message);
    }
  }
}

export const release = ({ sqs }: Target, { queueUrl, receipt }: Letter) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }));

export const remove = ({ sqs }: Target, { queueUrl, receipt }: Letter) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));

function letterOf(queueUrl: string, { Body = '', ReceiptHandle = '', MessageAttributes = {} }: Message): Letter {
  const envelope = GivenUp.safeParse(jsonOf(Body));
  const body = envelope.success ? JSON.stringify(envelope.data.requestPayload) : Body;
  const why =
    MessageAttributes['ERROR_MESSAGE']?.StringValue ??
    (envelope.success ? envelope.data.responsePayload?.errorMessage : undefined) ??
    'no reason is given';
  return { queueUrl, receipt: ReceiptHandle, why, ...contentOf(body) };
}

function contentOf(body: string): Pick<Letter, 'subject' | 'time' | 'putBack'> {
  const event = Event.safeParse(jsonOf(body));
  if (!event.success) return unknown('no event', body.slice(0, 60));
  const { id, time, 'detail-type': type } = event.data;
  const created = ObjectCreatedEvent.safeParse(event.data);
  if (type === 'Object Created' && created.success) {
    const { key } = created.data.detail.object;
    return { subject: key, time, putBack: (target) => start(target, { key, id, input: body }) };
  }
  const failed = ExecutionFailedEvent.safeParse(event.data);
  if (failed.success) {
    return { subject: failed.data.detail.executionArn, time, putBack: (target) => record(target, failed.data) };
  }
  return unknown(time, type);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unknown = (time: string, subject: string) => ({
  subject,
  time,
  putBack: () => Promise.reject(new Error('nothing of Rollcall is started by such an event')),
});

/**
 * Starts the machine itself: nobody but S3 can put an event of the source aws.s3. The event's id is the execution's
 * name, so that one which was put back but not deleted starts nothing a second time.
 */
const start = async (target: Target, { key, id, input }: { key: string; id: string; input: string }): Promise<string> =>
  (await startOnce(target, { key, name: `put-back-${id}`, input })) ? 'started' : 'had been started before';

/** A failure that was not recorded: the task's own code does it from here, and changes nothing that came later. */
async function record(target: Target, event: ExecutionFailedEvent): Promise<string> {
  // Loaded late: no other command needs what a task needs.
  const { run: recordFailure } = await import('../../tasks/record-failure.ts');
  const { sfn, dynamoDb, deployment } = target;
  const { results_table: resultsTable, people_table: peopleTable } = deployment;
  const { recorded } = await recordFailure(event, { sfn, dynamoDb, resultsTable, peopleTable });
  return recorded ? 'recorded as failed' : 'had ended otherwise since';
}
