import { executionArn, stateMachineArn } from './arns.ts';
import { sleep as realSleep } from './clock.ts';
import type { Journal } from './journal.ts';
import type { StepFunctionsOptions } from './options.ts';
import type { Json } from './state-types.ts';
import type { ExecutionRuntime } from './state-visit.ts';
import type { Execution } from './sublevels.ts';

export function createRuntime(
  running: { execution: Execution; journal: Journal; abortController: AbortController },
  options: StepFunctionsOptions,
): ExecutionRuntime {
  const { machine, name, input, startDate, roleArn, redriveCount, redriveDate } = running.execution;
  const { region, sleep = realSleep, random = Math.random, now = Date.now } = options;
  const caller = {
    executionArn: executionArn(options, machine, name),
    stateMachineArn: stateMachineArn(options, machine),
  };
  const executionContext = {
    Id: caller.executionArn,
    Input: JSON.parse(input) as Json,
    Name: name,
    RoleArn: roleArn,
    StartTime: new Date(startDate).toISOString(),
    RedriveCount: redriveCount,
    ...(redriveDate !== undefined && { RedriveTime: new Date(redriveDate).toISOString() }),
  };
  return {
    journal: running.journal,
    integrations: { invoke: options.invoke, putEvents: options.integrations.putEvents },
    caller,
    region,
    context: { Run: executionContext, StateMachine: { Id: caller.stateMachineArn, Name: machine } },
    abortSignal: running.abortController.signal,
    sleep,
    random,
    now,
  };
}
