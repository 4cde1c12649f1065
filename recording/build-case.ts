import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { Case, type RecordedCall, type RecordedTask } from '../schemas/case.ts';
import { ObjectCreatedEvent } from '../schemas/events.ts';
import { machineOfExecution } from '../statemachines/registry.ts';
import { anonymize } from './anonymize.ts';
import { readCallLog, type LoggedInvocation } from './call-log.ts';
import { readExecutionHistory, withoutStackTrace, type TaskAttempt } from './execution-history.ts';
import { sha256 } from './sha256.ts';

/** Builds the case of an execution, with the calls that an embedded account recorded in its data folder, if any. */
export async function buildCase(sfn: SFNClient, executionArn: string, dataDir?: string): Promise<Case> {
  const machine = machineOfExecution(executionArn);
  if (!machine) throw new Error(`${executionArn} is not an execution of one of Rollcall's state machines.`);
  const { input = '{}', status = '', error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  const event = ObjectCreatedEvent.parse(JSON.parse(input));
  const { path, attempts, redrives } = await readExecutionHistory(sfn, executionArn);
  const invocations = dataDir === undefined ? [] : await readCallLog(dataDir, executionArn);
  const tasks =
    invocations.length > 0
      ? withoutOwnContent(withCalls(attempts, invocations))
      : attempts.map(({ resource: _, input: __, ...task }) => task);
  const recorded: Case = {
    machine,
    input: event,
    tasks,
    redrives,
    end: {
      status,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause: withoutStackTrace(cause) }),
    },
    path: [...path],
  };
  return Case.parse(anonymize(recorded, event.detail, executionArn));
}

/** Attempts and invocations are both in order: an attempt's is the next one of its function with its input. */
function withCalls(attempts: readonly TaskAttempt[], invocations: readonly LoggedInvocation[]): RecordedTask[] {
  const unmatched = [...invocations];
  return attempts.map(({ resource, input, ...task }) => {
    if (!resource.startsWith('arn:')) return task;
    const name = resource.split(':').at(-1);
    const index = unmatched.findIndex((one) => one.function === name && one.input === sha256(input));
    const [invocation] = index === -1 ? [] : unmatched.splice(index, 1);
    return { ...task, calls: invocation?.calls ?? [] };
  });
}

/** Leaves out the content of objects that the execution itself wrote: it is in the call that wrote them. */
function withoutOwnContent(tasks: readonly RecordedTask[]): RecordedTask[] {
  const written = new Set<unknown>();
  const shortened = (call: RecordedCall): RecordedCall => {
    const { service, operation, request } = call;
    if (service !== 's3') return call;
    if (operation === 'PutObject') written.add(request['key']);
    return operation === 'GetObject' && call.answer && written.has(request['key']) ? { ...call, answer: {} } : call;
  };
  return tasks.map((task) => (task.calls ? { ...task, calls: task.calls.map(shortened) } : task));
}
