import { readFile, writeFile } from 'node:fs/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { Command } from 'commander';
import { callLogFile, sha256, type CallLogEntry } from '../../recording/call-log.ts';
import { Case, type RecordedCall, type RecordedTask } from '../../schemas/case.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { anonymize } from '../../recording/anonymize.ts';
import { Failure } from '../failure.ts';
import { workOf } from '../recovery/failures.ts';
import { readExecutionHistory, withoutStackTrace, type TaskAttempt } from '../../recording/execution-history.ts';
import { awsOption, dataOption } from './options.ts';
import { runningTarget, type Target, type TargetOptions } from '../deployment/target.ts';
import { counted, printable, type Terminal } from '../terminal.ts';
import { MACHINE_NAMES } from '../../statemachines/registry.ts';

export const recordCommand = (terminal: Terminal) =>
  new Command('record')
    .summary('write an execution down, to run it again in a test')
    .description(
      'Writes an execution as a case: its input, what each task gave, and from the embedded account each AWS call ' +
        'with its answer, if it was started with --record. Without pictures, and with made-up names for people.',
    )
    .argument('<execution>', "an execution's ARN; or a photo, or an enrolment by its key, for its latest")
    .requiredOption('-o, --output <file>', 'where to write the case')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', '\nExample:\n  rollcall record party/a.jpg -o case.json && npm run replay -- case.json')
    .action(async (execution: string, options: TargetOptions & { output: string }) => {
      const target = await runningTarget(options);
      const dataDir = options.aws ? undefined : options.data;
      const recorded = await caseOf(target, await arnOf(target, execution), dataDir);
      await writeFile(options.output, `${JSON.stringify(recorded, null, 2)}\n`);
      terminal.note(said(recorded, options.output));
    });

async function arnOf(target: Target, execution: string): Promise<string> {
  if (execution.startsWith('arn:')) return execution;
  const work = await workOf(target, execution);
  if (!work) throw new Failure(`There is no photo or enrolment ${printable(execution)}, and it is no execution's ARN.`);
  return work.execution_arn;
}

/** With the calls that an embedded account kept in its data folder, where it is one. */
export async function caseOf(target: Pick<Target, 'sfn'>, executionArn: string, dataDir?: string): Promise<Case> {
  const execution = await target.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { stateMachineArn = '', input = '{}', status = '', error, cause } = execution;
  const event = ObjectCreatedEvent.parse(JSON.parse(input));
  const machine = MACHINE_NAMES.find((name) => stateMachineArn.includes(`rollcall-${name}`));
  if (!machine) throw new Failure(`${stateMachineArn} is none of Rollcall's state machines.`);
  const trail = await readExecutionHistory(target.sfn, executionArn);
  const calls = await callsOf(executionArn, dataDir);
  const listened = calls.length > 0;
  const recorded: Case = {
    machine,
    input: event,
    tasks: slim(trail.attempts.map((attempt) => taskOf(attempt, calls, listened))),
    redrives: trail.redrives,
    end: {
      status,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause: withoutStackTrace(cause) }),
    },
    path: [...trail.path],
  };
  return Case.parse(anonymize(recorded, event.detail, executionArn));
}

/** The calls of one invocation, in order. */
type Invocation = Omit<CallLogEntry, 'call' | 'trace'> & { readonly calls: RecordedCall[] };

async function callsOf(executionArn: string, dataDir: string | undefined): Promise<Invocation[]> {
  if (dataDir === undefined) return [];
  const text = await readFile(callLogFile(dataDir, executionArn), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const invocations = new Map<string, Invocation>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { trace, call, ...about } = JSON.parse(line) as CallLogEntry;
    const invocation = invocations.get(trace) ?? { ...about, calls: [] };
    invocation.calls.push(call);
    invocations.set(trace, invocation);
  }
  return [...invocations.values()];
}

/** The next invocation of the same function with the same input is the attempt's: attempts are in order too. */
function taskOf({ resource, input, ...task }: TaskAttempt, invocations: Invocation[], listened: boolean): RecordedTask {
  const name = resource.split(':').at(-1);
  const at = invocations.findIndex((one) => one.function === name && one.input === sha256(input));
  const [invocation] = at === -1 ? [] : invocations.splice(at, 1);
  const isFunction = resource.startsWith('arn:');
  return { ...task, ...(listened && isFunction ? { calls: invocation?.calls ?? [] } : {}) };
}

/** Leaves out what an object held that the execution itself had written: the call that wrote it has it. */
function slim(tasks: readonly RecordedTask[]): RecordedTask[] {
  const written = new Set<unknown>();
  const short = (call: RecordedCall): RecordedCall => {
    const { service, operation, request } = call;
    if (service !== 's3') return call;
    if (operation === 'PutObject') written.add(request['key']);
    return operation === 'GetObject' && call.answer && written.has(request['key']) ? { ...call, answer: {} } : call;
  };
  return tasks.map((task) => (task.calls ? { ...task, calls: task.calls.map(short) } : task));
}

function said({ tasks, end }: Case, file: string): string {
  const calls = tasks.flatMap((task) => task.calls ?? []).length;
  const without = 'no calls: only an embedded account that was started with --record keeps them';
  return `${file}: ${end.status}, ${counted(tasks.length, 'task')}, ${calls > 0 ? counted(calls, 'call') : without}.`;
}
