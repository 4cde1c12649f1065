import { LambdaClient } from '@aws-sdk/client-lambda';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { Command, InvalidArgumentError } from 'commander';
import { findTarget, type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { counted, printable } from '../../client/text.ts';
import { runCheck, type Check, type CheckResult, type DoctorContext } from '../doctor/check.ts';
import { clock } from '../doctor/clock.ts';
import { functions } from '../doctor/functions.ts';
import { probe } from '../doctor/probe.ts';
import { quotas } from '../doctor/quotas.ts';
import { bucket, collection, people, results, unknownCollection } from '../doctor/storage.ts';
import { EXIT } from '../exit.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

interface Options extends TargetOptions {
  readonly timeout: number;
  readonly json?: boolean;
}

export const doctorCommand = (terminal: Terminal) =>
  new Command('doctor')
    .summary('check a deployment, and say what is wrong and how to fix it')
    .description(
      'Checks the clock, the bucket, the tables, the collections, with --aws the quotas, and every function, and sends a grey photo from the ' +
        'bucket to its row, which costs one call to Rekognition. The photo and its results are removed again. Exit ' +
        'code 1 when something is wrong.',
    )
    .option('--timeout <seconds>', 'how long that photo may take', secondsOf, 60)
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per check'))
    .addHelpText('after', '\nExample:\n  rollcall doctor --aws')
    .action(async (options: Options) => {
      const target = await findTarget(options);
      const wrong = await runChecks(contextOf(target, options, terminal), options, terminal);
      terminal.note(wrong === 0 ? 'All is well.' : `${counted(wrong, 'thing is', 'things are')} wrong.`);
      if (wrong > 0) process.exitCode = EXIT.failed;
    });

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new InvalidArgumentError('A time-out is a number of seconds, above 0 and up to 3600.');
}

const contextOf = (target: Target, { aws = false, timeout, data }: Options, terminal: Terminal): DoctorContext => ({
  target,
  lambda: new LambdaClient(target.connection),
  rekognition: new RekognitionClient(target.connection),
  now: () => new Date(),
  probeTimeoutMs: timeout * 1000,
  signal: terminal.signal,
  redeployAdvice: aws ? 'Deploy again: npm run deploy' : `Start it again: rollcall start --data ${data}`,
});

/** Prints each result at once. Returns how many checks failed. */
async function runChecks(
  context: DoctorContext,
  { json = false, aws = false }: Options,
  terminal: Terminal,
): Promise<number> {
  const checks: Check[] = [
    clock,
    bucket,
    results,
    people,
    collection,
    unknownCollection,
    ...(aws ? [quotas] : []),
    ...functions(Object.values(context.target.deployment.functions)),
  ];
  const width = Math.max(...checks.map(({ name }) => name.length));
  let wrong = 0;
  for (const check of [...checks, probe]) {
    const found = await runCheck(check, context);
    terminal.print(json ? JSON.stringify(found) : lineOf(found, width));
    if (!found.ok) wrong += 1;
  }
  return wrong;
}

function lineOf({ check, ok, says, remedy }: CheckResult, width: number): string {
  const line = `${ok ? 'ok   ' : 'WRONG'} ${check.padEnd(width)} ${printable(says)}`;
  return remedy === null ? line : `${line}\n      ${' '.repeat(width)} ${printable(remedy)}`;
}
