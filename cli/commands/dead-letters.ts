import { Command } from 'commander';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { messageOf } from '../../client/failure.ts';
import {
  receiveDeadLetters,
  releaseDeadLetter,
  deleteDeadLetter,
  type DeadLetter,
} from '../../client/recovery/dead-letter-queues.ts';
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
        if (!(await putBackDeadLetters(target, terminal))) process.exitCode = EXIT.failed;
        await target.idle?.();
      }),
    );

export async function listDeadLetters(target: Target, terminal: Terminal): Promise<void> {
  const deadLetters: DeadLetter[] = [];
  try {
    for await (const deadLetter of receiveDeadLetters(target)) {
      terminal.signal.throwIfAborted();
      deadLetters.push(deadLetter);
      terminal.print(`${deadLetter.time} ${printable(deadLetter.subject)}: ${printable(deadLetter.reason)}`);
    }
  } finally {
    // Released at the end, because they would be listed again.
    for (const deadLetter of deadLetters) await releaseDeadLetter(target, deadLetter);
  }
  if (deadLetters.length === 0) terminal.print('No dead letters.');
  else
    terminal.note(`${counted(deadLetters.length, 'event')}: rollcall dead-letters --put-back starts what they should.`);
}

/** Returns whether all were put back. After an interruption the rest is visible again after a minute. */
export async function putBackDeadLetters(target: Target, terminal: Terminal): Promise<boolean> {
  const left: DeadLetter[] = [];
  let back = 0;
  try {
    for await (const deadLetter of receiveDeadLetters(target)) {
      terminal.signal.throwIfAborted();
      const line = (what: string) => terminal.print(`${printable(deadLetter.subject)}: ${what}`);
      try {
        line(await deadLetter.putBack(target));
      } catch (error) {
        left.push(deadLetter);
        line(`not put back: ${printable(messageOf(error))}`);
        continue;
      }
      await deleteDeadLetter(target, deadLetter);
      back += 1;
    }
  } finally {
    for (const deadLetter of left) await releaseDeadLetter(target, deadLetter);
  }
  terminal.note(`${counted(back, 'event')} put back${left.length > 0 ? `, ${left.length} left where they are` : ''}.`);
  return left.length === 0;
}
