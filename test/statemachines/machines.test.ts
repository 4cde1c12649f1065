import validator from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { ENROLMENT_FAULTS, IMAGE_FAULTS, SLOT_FAULTS, TASK_FAULTS, WAITING_FAULTS } from '../../schemas/errors.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../../schemas/executions.ts';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import type { Machine } from '../../statemachines/asl.ts';
import { ARNS, MACHINES } from '../support/machines.ts';

/** Names that AWS gives: of the services' own models, of Lambda's integration and of Step Functions. */
const AWS_NAMES = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'SlowDown',
  'InternalServerError',
  'InternalError',
  'ServiceUnavailable',
  'RequestTimeout',
  'ConflictException',
  // The SDK's, for a socket that broke or fell silent.
  'TimeoutError',
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'Runtime.OutOfMemory',
  'States.Timeout',
  'EventBridge.FailedEntry',
  'EventBridge.InternalException',
  'EventBridge.ThrottlingException',
  'States.TaskFailed',
];
const CAUGHT: readonly string[] = [...IMAGE_FAULTS, ...ENROLMENT_FAULTS, ...SLOT_FAULTS];
const KNOWN = new Set<string>([...CAUGHT, ...WAITING_FAULTS, ...TASK_FAULTS, ...AWS_NAMES]);

interface AnyState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly TimeoutSeconds?: number;
  readonly ResultPath?: string | null;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly JitterStrategy: string;
    readonly MaxAttempts: number;
  }[];
  readonly ItemProcessor?: Machine;
}

const statesOf = (machine: Machine) => machine.States as Readonly<Record<string, AnyState>>;

/** Every machine, and every machine within a Map. */
function all(machine: Machine): Machine[] {
  const inner = Object.values(statesOf(machine)).flatMap(({ ItemProcessor }) => (ItemProcessor ? [ItemProcessor] : []));
  return [machine, ...inner.flatMap(all)];
}

const tasksOf = (machine: Machine) =>
  all(machine)
    .flatMap((one) => Object.entries(statesOf(one)))
    .filter(([, { Type }]) => Type === 'Task');

function reachable(machine: Machine): Set<string> {
  const seen = new Set<string>();
  const next = [machine.StartAt];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const { Next, Default, Choices = [], Catch = [] } = statesOf(machine)[name]!;
    next.push(
      ...[Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((one) => one.Next)].filter(
        (target) => target !== undefined,
      ),
    );
  }
  return seen;
}

describe.each(Object.entries(MACHINES))('%s', (_, machine) => {
  test('is valid Amazon States Language', () => {
    const answer = validator(structuredClone(machine) as never);
    expect(answer.isValid ? 'valid' : answer.errorsText()).toBe('valid');
  });

  test('reaches every state', () => {
    for (const one of all(machine)) {
      expect(reachable(one)).toStrictEqual(new Set(Object.keys(one.States)));
    }
  });

  test('matches only errors that somebody throws, and never all of them', () => {
    const names = tasksOf(machine).flatMap(([, { Retry = [], Catch = [] }]) =>
      [...Retry, ...Catch].flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(names.filter((name) => !KNOWN.has(name))).toStrictEqual([]);
    expect(JSON.stringify(machine)).not.toContain('States.ALL');
    // An announcement is harmless to repeat, and its integration has no name for some errors.
    const anything = tasksOf(machine).filter((task) => JSON.stringify(task).includes('States.TaskFailed'));
    expect(anything.filter(([name]) => !name.startsWith('Announce'))).toStrictEqual([]);
  });

  test('catches no error that it also retries', () => {
    for (const [, { Retry = [], Catch = [] }] of tasksOf(machine)) {
      const retried = new Set(Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
      const caught = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(caught.filter((name) => retried.has(name))).toStrictEqual([]);
      expect(new Set(caught).size).toBe(caught.length);
    }
  });

  test('gives every task a time-out and retries with full jitter, and the execution a time-out', () => {
    expect(machine.TimeoutSeconds).toBe(EXECUTION_TIMEOUT_SECONDS);
    for (const [, { TimeoutSeconds = 0, Retry = [] }] of tasksOf(machine)) {
      expect(TimeoutSeconds).toBeGreaterThan(0);
      expect(Retry.length).toBeGreaterThan(0);
      expect(new Set(Retry.map(({ JitterStrategy }) => JitterStrategy))).toStrictEqual(new Set(['FULL']));
    }
  });

  test('ends in success or with its failure on the Task, where a redrive goes on', () => {
    const types = all(machine).flatMap((one) => Object.values(statesOf(one)).map(({ Type }) => Type));
    expect(types.filter((type) => type === 'Fail')).toStrictEqual([]);
    for (const [, { Catch = [] }] of tasksOf(machine)) {
      const caught = Catch.flatMap(({ ErrorEquals }) => ErrorEquals);
      expect(caught.filter((name) => !CAUGHT.includes(name))).toStrictEqual([]);
    }
  });
});

test('every task but those that EventBridge starts is a state of a machine', () => {
  const used = Object.values(MACHINES).flatMap((machine) => tasksOf(machine).map(([, { Resource }]) => Resource));
  const unused = TASK_NAMES.filter((name) => !used.includes(ARNS[name]));
  expect(unused).toStrictEqual(['record-failure', 'record-lost-failures', 'measure-backlog']);
});
