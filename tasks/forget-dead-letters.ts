import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Input, Output } from '../schemas/tasks.ts';
import { enrols } from './forgetting/people.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { mentions } from './forgetting/without-people.ts';
import { sqsClient } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';

interface Services extends Clock {
  readonly sqs: SQSClient;
  readonly queues: readonly string[];
}

/** Long enough to see the whole queue, so that no message comes twice. The others are back in their queue after it. */
const VISIBILITY_TIMEOUT_S = 600;

/** Deletes the dead letters about the person: events of portraits, and failures of their enrolments. */
export async function run(
  { forgetting, progress }: Input<'forget-dead-letters'>,
  services: Services,
): Promise<Output<'forget-dead-letters'>> {
  const tally = new Tally(progress);
  const people = new Set<string>(forgetting.ids);
  const late = turnEnds(services);
  const emptied = await mapConcurrently(services.queues, services.queues.length, async (QueueName) => {
    const { QueueUrl } = await services.sqs.send(new GetQueueUrlCommand({ QueueName }));
    do {
      const { Messages = [] } = await services.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: VISIBILITY_TIMEOUT_S,
          // A long poll asks all of SQS's servers, a short poll may miss messages.
          WaitTimeSeconds: 1,
        }),
      );
      for (const { Body = '', ReceiptHandle } of Messages) {
        if (!isAbout(Body, people)) continue;
        await services.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        tally.add('dead_letters', 1);
      }
      if (Messages.length === 0) return true;
    } while (!late());
    return false;
  });
  return tally.progress(progress, emptied.includes(false) ? 'more' : undefined);
}

/** An event, or what Lambda or Step Functions wrapped around one, names a key that enrols one of these people. */
const isAbout = (body: string, people: ReadonlySet<string>) =>
  mentions(body, people) || keysIn(body).some((key) => enrols(key, people));

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

export const handler = defineTask({
  name: 'forget-dead-letters',
  services: () => ({ sqs: sqsClient(), queues: env('DEAD_LETTER_QUEUES'), now: () => new Date() }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    dead_letters: output?.removed.dead_letters,
  }),
});
