import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, Failure, messageOf, UsageError } from '../failure.ts';
import { failures, idOf, workOf, type FailureFilter, type Work } from '../recovery/failures.ts';
import { awsOption, dataOption, sinceOf } from './options.ts';
import { redrive, type Remedy } from '../recovery/recover.ts';
import { runningTarget, type Target, type TargetOptions } from '../deployment/target.ts';
import { printable, type Terminal } from '../terminal.ts';

interface Options extends FailureFilter, TargetOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate: number;
}

/** A photo of ten faces makes some eleven calls to Rekognition, and most regions allow five a second. */
const RATE = 2;

export const redriveCommand = (terminal: Terminal) =>
  new Command('redrive')
    .summary('try again what failed, from where it stopped')
    .description(
      'Redrives failed executions: what had succeeded in them is not done again. Where that cannot be, it ' +
        'starts anew with the same input, and says why. Interrupted, the same command goes on with the rest.',
    )
    .argument('[image-id...]', 'photos, as results names them; enrolments by their key, enroll/…')
    .option('--all', 'everything that failed')
    .option('--error <name>', 'what failed with this error')
    .option('--since <time>', 'what failed and landed then or later: 2026-11-23 or 2026-11-23T18:05:00Z', sinceOf)
    .option('--dry-run', 'only say what would be done')
    .option('--rate <n>', 'how many a second', rateOf, RATE)
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExamples:\n  rollcall redrive party/a.jpg\n  rollcall redrive --error ThrottlingException')
    .action(async (ids: string[], options: Options) => {
      checkChoice(ids, options);
      const target = await runningTarget(options);
      const works = ids.length > 0 ? await named(target, ids) : await failures(target, options);
      if (!(await redriveAll(target, terminal, works, options))) process.exitCode = EXIT.failed;
    });

function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 1000) return rate;
  throw new InvalidArgumentError('A rate is a number a second, above 0 and up to 1000.');
}

function checkChoice(ids: readonly string[], { all, error, since }: Options): void {
  const filtered = error !== undefined || since !== undefined;
  if (ids.length > 0 && (all || filtered)) throw new UsageError('Name photos, or choose them by options: not both.');
  if (ids.length === 0 && !all && !filtered) throw new UsageError('Name photos, or use --all, --error or --since.');
}

async function named(target: Target, ids: readonly string[]): Promise<Work[]> {
  const works: Work[] = [];
  for (const id of ids) {
    const work = await workOf(target, id);
    if (!work) throw new Failure(`There is no photo or enrolment ${printable(id)}. rollcall failed lists what failed.`);
    works.push(work);
  }
  return works;
}

type Settings = Pick<Options, 'dryRun' | 'rate'>;

/** A line for each as it is done: they are the progress, and what is left of it after Ctrl-C. */
export async function redriveAll(
  target: Target,
  terminal: Terminal,
  works: readonly Work[],
  { dryRun = false, rate }: Settings,
): Promise<boolean> {
  const done: Record<Remedy['act'] | 'fail', number> = { redrive: 0, 'start anew': 0, 'leave alone': 0, fail: 0 };
  for (const [index, work] of works.entries()) {
    terminal.signal.throwIfAborted();
    const line = (what: string, why: string) =>
      terminal.print(`${index + 1}/${works.length} ${what} ${printable(idOf(work))}: ${printable(why)}`);
    try {
      const { act, why } = await redrive(target, work, dryRun);
      done[act] += 1;
      line(dryRun ? `would ${act}` : SAID[act], why);
      if (!dryRun && act !== 'leave alone' && index + 1 < works.length) await pause(1000 / rate, terminal.signal);
    } catch (error) {
      terminal.signal.throwIfAborted();
      done.fail += 1;
      line('could not redrive', messageOf(error));
    }
  }
  terminal.note(summary(done, dryRun));
  return done.fail === 0;
}

const pause = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });

const SAID: Record<Remedy['act'], string> = {
  redrive: 'redrove',
  'start anew': 'started anew',
  'leave alone': 'left alone',
};

function summary(done: Record<Remedy['act'] | 'fail', number>, dryRun: boolean): string {
  const counts = [
    `${done.redrive} redriven`,
    `${done['start anew']} started anew`,
    `${done['leave alone']} left alone`,
    ...(done.fail > 0 ? [`${done.fail} could not be`] : []),
  ];
  return `${dryRun ? 'Nothing was done; it would be: ' : ''}${counts.join(', ')}.`;
}
