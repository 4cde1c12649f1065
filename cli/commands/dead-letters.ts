import { Command } from 'commander';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { putBackDeadLetters, readDeadLetters } from '../../client/recovery/dead-letter-queues.ts';
import { counted, printable } from '../../client/text.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

export const deadLettersCommand = (terminal: Terminal) =>
  new Command('dead-letters')
    .summary('list undelivered events, and put them back')
    .description(
      'Lists events that could not be delivered within a day: uploaded photos that were never processed, and ' +
        'failures that were never recorded.',
    )
    .option('--put-back', 'start what they should have started, and delete each of them after that')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall dead-letters --put-back')
    .action((options: TargetOptions & { putBack?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        if (!options.putBack) return listDeadLetters(target, terminal);
        if (!(await putBackAll(target, terminal))) process.exitCode = EXIT.failed;
        await target.idle?.();
      }),
    );

export async function listDeadLetters(target: Target, terminal: Terminal): Promise<void> {
  let count = 0;
  for await (const { time, subject, reason } of readDeadLetters(target)) {
    terminal.signal.throwIfAborted();
    terminal.print(`${time} ${printable(subject)}: ${printable(reason)}`);
    count += 1;
  }
  if (count === 0) terminal.print('No dead letters.');
  else terminal.note(`${counted(count, 'event')}: rollcall dead-letters --put-back starts what they should.`);
}

/** Returns whether all were put back. */
export async function putBackAll(target: Target, terminal: Terminal): Promise<boolean> {
  const counts = { back: 0, left: 0 };
  for await (const { deadLetter, done, result } of putBackDeadLetters(target)) {
    terminal.signal.throwIfAborted();
    counts[done ? 'back' : 'left'] += 1;
    terminal.print(`${printable(deadLetter.subject)}: ${done ? '' : 'not put back: '}${printable(result)}`);
  }
  const { back, left } = counts;
  terminal.note(`${counted(back, 'event')} put back${left > 0 ? `, ${left} left where they are` : ''}.`);
  return left === 0;
}
