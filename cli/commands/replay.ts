import { Command } from 'commander';
import { styleText } from 'node:util';
import { messageOf, UsageError } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';
import type { Difference } from '../../recording/replay/differences.ts';
import type { ReplayResult } from '../../recording/replay/replay.ts';
import type { Case } from '../../schemas/case.ts';
import { EXIT } from '../exit.ts';
import { type Terminal } from '../terminal.ts';

export const replayCommand = (terminal: Terminal) =>
  new Command('replay')
    .summary('run recorded executions again, and show what is different')
    .description(
      'Runs each CASE, which rollcall record wrote, in a temporary embedded account: through the state machine and ' +
        'the tasks as they are now, with the recorded answers of Rekognition and the recorded errors. Prints the path ' +
        'of states, their errors, and each difference from what was recorded. Exit code 1 when there is one.',
    )
    .argument('<case...>', 'files that rollcall record wrote')
    .addHelpText('after', '\nExample:\n  rollcall replay case.json')
    .action(async (files: string[]) => {
      if (!(await replayAll(terminal, files))) process.exitCode = EXIT.failed;
    });

/** Whether every case ended as it was recorded. */
async function replayAll(terminal: Terminal, files: readonly string[]): Promise<boolean> {
  const cases = await readCases(files);
  // Loaded late: other commands can do without the embedded account.
  const { startReplayAccount } = await import('../../recording/replay/replay-account.ts');
  const { replay } = await import('../../recording/replay/replay.ts');
  const { differences } = await import('../../recording/replay/differences.ts');
  const account = await startReplayAccount();
  let same = true;
  try {
    for (const { file, recorded } of cases) {
      terminal.signal.throwIfAborted();
      terminal.print(styled(terminal, 'bold', printable(file)));
      try {
        const replayed = await replay(account, recorded);
        const found = differences(recorded, replayed);
        printReplay(terminal, replayed, found);
        if (found.length > 0) same = false;
      } catch (error) {
        terminal.print(`  ${messageOf(error)}`);
        same = false;
      }
    }
  } finally {
    await account.close();
  }
  return same;
}

/** All of them before the account starts, so that a wrong file is told at once. */
async function readCases(files: readonly string[]): Promise<{ file: string; recorded: Case }[]> {
  const { CaseFileError, readCase } = await import('../../recording/case-file.ts');
  try {
    return await Promise.all(files.map(async (file) => ({ file, recorded: await readCase(file) })));
  } catch (error) {
    if (error instanceof CaseFileError) throw new UsageError(printable(error.message), { cause: error });
    throw error;
  }
}

function printReplay(terminal: Terminal, { path, errors, end }: ReplayResult, found: readonly Difference[]): void {
  for (const state of path) {
    const names = errors[state] ?? [];
    terminal.print(`  ${state}${names.length > 0 ? `  failed with ${countedByName(names)}` : ''}`);
  }
  terminal.print(`  ${[end.status, end.error].filter(Boolean).join(': ')}`);
  for (const { what, recorded, replayed } of found) {
    terminal.print(`  ${what}`);
    terminal.print(styled(terminal, 'red', `  - ${JSON.stringify(recorded)}`));
    terminal.print(styled(terminal, 'green', `  + ${JSON.stringify(replayed)}`));
  }
  if (found.length === 0) terminal.print('  As it was recorded.');
}

const styled = ({ colours }: Terminal, style: 'bold' | 'red' | 'green', text: string) =>
  colours ? styleText(style, text) : text;

function countedByName(errors: readonly string[]): string {
  return [...Map.groupBy(errors, (name) => name)].map(([name, all]) => `${name} (${all.length})`).join(', ');
}
