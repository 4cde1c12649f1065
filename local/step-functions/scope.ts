import { executionArn, stateMachineArn } from './arns.ts';
import { sleep as sleepFor } from './clock.ts';
import type { Run } from './interpreter.ts';
import type { Journal } from './journal.ts';
import type { StepFunctionsOptions } from './options.ts';
import type { Json } from './state-types.ts';
import type { Execution } from './tables.ts';

/** What an execution runs with, its context object among it. */
export function scopeOf(
  running: { execution: Execution; journal: Journal; abort: AbortController },
  options: StepFunctionsOptions,
): Run {
  const { machine, name, input, startDate, roleArn, redriveCount, redriveDate } = running.execution;
  const { region, sleep = sleepFor, random = Math.random, now = Date.now } = options;
  const caller = {
    executionArn: executionArn(options, machine, name),
    stateMachineArn: stateMachineArn(options, machine),
  };
  const execution = {
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
    services: { invoke: options.invoke, putEvents: options.integrations.putEvents },
    caller,
    region,
    context: { Run: execution, StateMachine: { Id: caller.stateMachineArn, Name: machine } },
    signal: running.abort.signal,
    sleep,
    random,
    now,
  };
}
