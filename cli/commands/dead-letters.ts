import { Command } from 'commander';
import { EXIT, messageOf } from '../failure.ts';
import { deadLetters, release, remove, type Letter } from '../recovery/dead-letter-queues.ts';
import { awsOption, dataOption } from './options.ts';
import { runningTarget, type Target, type TargetOptions } from '../deployment/target.ts';
import { counted, printable, type Terminal } from '../terminal.ts';

export const deadLettersCommand = (terminal: Terminal) =>
  new Command('dead-letters')
    .summary('list events that never started anything, and put them back')
    .description(
      'Lists events that could not be delivered for a day and were given up: photos that landed and were never ' +
        'looked at, failures that were never recorded.',
    )
    .option('--put-back', 'start what they should have started; each is deleted only after that')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall dead-letters --put-back')
    .action(async (options: TargetOptions & { putBack?: boolean }) => {
      const target = await runningTarget(options);
      if (!options.putBack) await listLetters(target, terminal);
      else if (!(await putBackLetters(target, terminal))) process.exitCode = EXIT.failed;
    });

export async function listLetters(target: Target, terminal: Terminal): Promise<void> {
  const letters: Letter[] = [];
  try {
    for await (const letter of deadLetters(target)) {
      terminal.signal.throwIfAborted();
      letters.push(letter);
      terminal.print(`${letter.time} ${printable(letter.subject)}: ${printable(letter.why)}`);
    }
  } finally {
    // All at the end: released any earlier, they would be listed again.
    for (const letter of letters) await release(target, letter);
  }
  if (letters.length === 0) terminal.print('No dead letters.');
  else terminal.note(`${counted(letters.length, 'event')}: rollcall dead-letters --put-back starts what they should.`);
}

/** Gives whether all could be put back. Interrupted, the rest is there again after a minute. */
export async function putBackLetters(target: Target, terminal: Terminal): Promise<boolean> {
  const left: Letter[] = [];
  let back = 0;
  try {
    for await (const letter of deadLetters(target)) {
      terminal.signal.throwIfAborted();
      const line = (what: string) => terminal.print(`${printable(letter.subject)}: ${what}`);
      try {
        line(await letter.putBack(target));
      } catch (error) {
        left.push(letter);
        line(`not put back: ${printable(messageOf(error))}`);
        continue;
      }
      await remove(target, letter);
      back += 1;
    }
  } finally {
    for (const letter of left) await release(target, letter);
  }
  terminal.note(`${counted(back, 'event')} put back${left.length > 0 ? `, ${left.length} left where they are` : ''}.`);
  return left.length === 0;
}
