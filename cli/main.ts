import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { UsageError } from '../client/failure.ts';
import { addFaceCommand } from './commands/add-face.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { calibrateCommand } from './commands/calibrate.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { decisionsCommand } from './commands/decisions.ts';
import { doctorCommand } from './commands/doctor.ts';
import { enrollCommand } from './commands/enroll.ts';
import { envCommand } from './commands/env.ts';
import { executionsCommand } from './commands/executions.ts';
import { exportCommand } from './commands/export.ts';
import { failedCommand } from './commands/failed.ts';
import { forgetCommand } from './commands/forget.ts';
import { importCollectionCommand } from './commands/import-collection.ts';
import { importCommand } from './commands/import.ts';
import { mergeCommand } from './commands/merge.ts';
import { nameCommand } from './commands/name.ts';
import { peopleCommand } from './commands/people.ts';
import { reRecognizeCommand } from './commands/re-recognize.ts';
import { recognizeCommand } from './commands/recognize.ts';
import { recordCommand } from './commands/record.ts';
import { redriveCommand } from './commands/redrive.ts';
import { rekognitionCommand } from './commands/rekognition.ts';
import { renameCommand } from './commands/rename.ts';
import { replayCommand } from './commands/replay.ts';
import { resultsCommand } from './commands/results.ts';
import { showCommand } from './commands/show.ts';
import { splitCommand } from './commands/split.ts';
import { startCommand } from './commands/start.ts';
import { statisticsCommand } from './commands/statistics.ts';
import { thresholdCommand } from './commands/threshold.ts';
import { undoCommand } from './commands/undo.ts';
import { unknownCommand } from './commands/unknown.ts';
import { unmergeCommand } from './commands/unmerge.ts';
import { uploadCommand } from './commands/upload.ts';
import { usersCommand } from './commands/users.ts';
import { verdictCommands } from './commands/verdicts.ts';
import { whyCommand } from './commands/why.ts';
import { EXIT, report } from './exit.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const COMMANDS: readonly ((terminal: Terminal) => Command)[] = [
  recognizeCommand,
  startCommand,
  uploadCommand,
  enrollCommand,
  peopleCommand,
  renameCommand,
  mergeCommand,
  unmergeCommand,
  splitCommand,
  thresholdCommand,
  resultsCommand,
  showCommand,
  statisticsCommand,
  unknownCommand,
  whyCommand,
  exportCommand,
  importCommand,
  importCollectionCommand,
  forgetCommand,
  nameCommand,
  ...verdictCommands,
  addFaceCommand,
  undoCommand,
  decisionsCommand,
  reRecognizeCommand,
  calibrateCommand,
  usersCommand,
  executionsCommand,
  failedCommand,
  redriveCommand,
  deadLettersCommand,
  bootstrapCommand,
  doctorCommand,
  envCommand,
  recordCommand,
  replayCommand,
  rekognitionCommand,
];

const { version, description } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Only once: a second signal ends the process at once.
  process.once(signal, () => interruption.abort(signal));
}
// A reader such as head may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.failed);
});

const terminal = processTerminal(interruption.signal);
try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function program(): Command {
  const rollcall = new Command('rollcall')
    .description(description)
    .version(version)
    .addHelpText('after', '\nExit codes: 0 done, 1 something failed, 2 wrong usage');
  for (const build of COMMANDS) rollcall.addCommand(build(terminal));
  for (const command of [rollcall, ...rollcall.commands]) {
    command
      .exitOverride()
      .showHelpAfterError(`(rollcall ${command === rollcall ? '' : `${command.name()} `}--help tells more)`);
  }
  return rollcall;
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its message already. Only --help and --version exit with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (interruption.signal.aborted) {
    terminal.note('Stopped. What was uploaded is kept; the same command goes on from there.');
    return EXIT.interrupted;
  }
  terminal.note(report(error, process.env['ROLLCALL_DEBUG'] === '1'));
  return error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
