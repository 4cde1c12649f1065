import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import { Command, Option } from 'commander';
import type { Period } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import {
  listExecutions,
  type ExecutionPosition,
  type ExecutionSummary,
} from '../../client/executions/list-executions.ts';
import { readAllEvents, readExecution } from '../../client/executions/read-execution.ts';
import { summarize, visitsOf } from '../../client/executions/visits.ts';
import { UsageError } from '../../client/failure.ts';
import { EXECUTION_STATUSES } from '../../schemas/executions.ts';
import { MACHINE_NAMES, type MachineName } from '../../statemachines/registry.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { executionLines, executionResult, executionTable, summaryResult } from '../report/executions.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption, limitOf, sinceOf, untilOf } from './options.ts';

interface Filter extends Period {
  readonly status?: ExecutionStatus;
  readonly machine?: MachineName;
}

interface Options extends TargetOptions, Filter {
  readonly limit: number;
  readonly json?: boolean;
}

const LIMIT = 50;
/** As many as are asked for at once. */
const PAGE = 100;

export const executionsCommand = (terminal: Terminal) =>
  new Command('executions')
    .summary('list what ran, or show one execution by its states')
    .description(
      'Lists executions, the newest first, with the error of those that failed. With an ARN, shows one execution: its error, ' +
        'and of each state how it ended, its retries, its last error, when it began and how long it took.',
    )
    .argument('[arn]', 'of one execution, as this list, show and failed --json name it')
    .addOption(new Option('--status <status>', 'executions with this status').choices(EXECUTION_STATUSES))
    .addOption(new Option('--machine <name>', 'executions of this state machine').choices(MACHINE_NAMES))
    .option('--since <time>', 'started at this time or later: 2026-11-23 or 2026-11-23T18:05:00Z', sinceOf)
    .option('--until <time>', 'started at this time or earlier; a day counts to its end', untilOf)
    .option('--limit <n>', 'how many at most', limitOf, LIMIT)
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print one JSON line per execution'))
    .addHelpText('after', '\nExample:\n  rollcall executions --status FAILED --since 2026-11-23')
    .action((arn: string | undefined, options: Options) => {
      const { status, machine, since, until } = options;
      if (arn !== undefined && [status, machine, since, until].some((given) => given !== undefined)) {
        throw new UsageError('Give the ARN of one execution, or choose some by options: not both.');
      }
      return withExistingAccount(options, terminal, (target) =>
        arn === undefined ? printList(target, terminal, options) : printOne(target, terminal, arn, options),
      );
    });

async function printList(target: Target, terminal: Terminal, { limit, json, ...filter }: Options): Promise<void> {
  const { executions, more } = await readList(target, filter, limit);
  if (json) for (const one of executions) terminal.print(JSON.stringify(summaryResult(one)));
  else terminal.print(executions.length === 0 ? 'No executions.' : executionTable(executions, terminal));
  if (more) terminal.note(`There are older ones: --limit shows more than ${limit}.`);
}

async function readList(target: Target, { status, machine, since, until }: Filter, limit: number) {
  const executions: ExecutionSummary[] = [];
  let from: ExecutionPosition | undefined;
  do {
    const wanted = Math.min(PAGE, limit - executions.length);
    const page = await listExecutions(target, { status, machine, since, until, limit: wanted, from });
    executions.push(...page.executions);
    from = page.next;
  } while (from && executions.length < limit);
  return { executions, more: from !== undefined };
}

async function printOne(target: Target, terminal: Terminal, arn: string, { json }: Options): Promise<void> {
  const execution = await readExecution(target, arn);
  const visits = visitsOf(await readAllEvents(target, arn), execution.status === 'RUNNING');
  const states = summarize(visits);
  if (json) terminal.print(JSON.stringify(executionResult(execution, states)));
  else terminal.print(executionLines(execution, states, terminal));
}
