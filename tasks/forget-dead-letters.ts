import type { Input, Output } from '../schemas/tasks.ts';
import { peopleEnrolledBy, readDeadLetters, type DeadLetterQueues } from './forgetting/dead-letters.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { mentions } from './forgetting/without-people.ts';
import { sqsClient } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';

type Services = DeadLetterQueues & Clock;

/** Deletes the dead letters about the person: events of portraits, and failures of their enrolments. */
export async function run(
  { forgetting, progress }: Input<'forget-dead-letters'>,
  services: Services,
): Promise<Output<'forget-dead-letters'>> {
  const tally = new Tally(progress);
  const people = new Set<string>(forgetting.ids);
  const isAbout = (body: string) => {
    const about = mentions(body, people) || peopleEnrolledBy(body).some((id) => people.has(id));
    if (about) tally.add('dead_letters', 1);
    return about;
  };
  const whole = await readDeadLetters(services, isAbout, turnEnds(services));
  return tally.progress(progress, whole ? undefined : 'more');
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
