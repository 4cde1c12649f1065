import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { personOfKey, PREFIXES } from '../../schemas/keys.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';

export interface DeadLetterQueues {
  readonly sqs: SQSClient;
  readonly queues: readonly string[];
}

/** Long enough to see the whole queue, so that no message comes twice. */
const VISIBILITY_TIMEOUT_S = 600;
const CONCURRENCY = 10;

/**
 * Reads the messages of all queues and removes those that `isRemoved` chooses. The others are put back at once, so that
 * they can be read again. False if `late` ended it before the queues were read to the end.
 */
export async function readDeadLetters(
  { sqs, queues }: DeadLetterQueues,
  isRemoved: (body: string) => boolean,
  late: () => boolean,
): Promise<boolean> {
  const read = await mapConcurrently(queues, queues.length, async (QueueName) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const kept: Message[] = [];
    let messages: Message[];
    do {
      messages = await receive(sqs, QueueUrl);
      for (const message of messages) {
        if (!isRemoved(message.Body ?? '')) kept.push(message);
        else await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      }
    } while (messages.length > 0 && !late());
    // What was read stays hidden until the queue has been read to the end, or the next call would begin with it again.
    if (messages.length > 0) return false;
    await mapConcurrently(kept, CONCURRENCY, ({ ReceiptHandle }) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
    );
    return true;
  });
  return !read.includes(false);
}

async function receive(sqs: SQSClient, QueueUrl: string | undefined): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: VISIBILITY_TIMEOUT_S,
      // A long poll asks all of SQS's servers, a short poll may miss messages.
      WaitTimeSeconds: 1,
    }),
  );
  return Messages;
}

/** The people whom an event enrols, or what Lambda or Step Functions wrapped around one. */
export function peopleEnrolledBy(body: string): string[] {
  const portraits = keysIn(body).filter((key) => key.startsWith(PREFIXES.enroll));
  return portraits.flatMap((key) => personOfKey(key)?.person_id ?? []);
}

/** Every `key` in a JSON text, and in JSON texts within it. */
function keysIn(text: string): string[] {
  const keys: string[] = [];
  try {
    JSON.parse(text, (name, value: unknown) => {
      if (typeof value !== 'string') return value;
      if (name === 'key') keys.push(value);
      else if (value.startsWith('{')) keys.push(...keysIn(value));
      return value;
    });
  } catch {
    // No JSON, so no event of ours.
  }
  return keys;
}
