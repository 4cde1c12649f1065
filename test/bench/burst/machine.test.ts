import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Execution, type ExecutionResult } from '../../../bench/burst/machine.ts';
import { Random } from '../../../bench/burst/random.ts';
import { VirtualTime } from '../../../bench/burst/virtual-time.ts';
import { functionError } from '../../../local/lambda/errors.ts';
import type { Json, StateGraph } from '../../../local/step-functions/state-types.ts';
import { startStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { callResource } from '../../../local/step-functions/tasks.ts';
import { openStore } from '../../../local/store.ts';
import type { TaskName } from '../../../schemas/tasks.ts';
import { aMachine, machineArn } from '../../local/step-functions/account.ts';
import { MACHINES } from '../../support/machines.ts';

const ERRORS = ['ProvisionedThroughputExceededException', 'InternalServerError', 'ImageCorrupt', 'Unforeseen'];
const FACES = 3;

/** Answers that lead through every state, and errors at random: most are retried, some caught, some end it. */
function scripted(seed: number) {
  const { next } = new Random(seed);
  const answers: Partial<Record<TaskName, Json>> = {
    'load-image': { proceed: true, photo: { key: 'a.jpg' }, detect_at: 1, ...(next() < 0.5 && { wait_until: AT }) },
    'detect-faces': {
      count: FACES,
      faces: Array.from({ length: FACES }, (_, index) => ({ index })),
      details_key: 'work/a',
      ...(next() < 0.5 && { wait_until: AT }),
    },
    'search-face': { status: 'UNKNOWN' },
    'persist-face': { written: true },
    'write-processed': { status: next() < 0.2 ? 'SUPERSEDED' : 'COMPLETED' },
    'reject-image': { status: 'REJECTED' },
  };
  return async (resource: string): Promise<unknown> => {
    if (next() < 0.25) throw functionError(ERRORS[Math.floor(next() ** 3 * ERRORS.length)]!, 'Scripted.');
    return answers[resource.slice(resource.lastIndexOf(':') + 1) as TaskName] ?? {};
  };
}

const START = Date.parse('2026-03-01T12:00:00Z');
const AT = '2026-03-01T12:10:00.000Z';
const INPUT = { time: '2026-03-01T12:00:00Z', detail: { object: { key: 'input/a.jpg' } } };
/** One face at a time, so that both runs draw their random numbers in the same order. */
const DEFINITION = JSON.parse(JSON.stringify(MACHINES.recognition), (key, value: unknown) =>
  key === 'MaxConcurrency' ? 1 : value,
) as object;

const TIMEOUT_MS = 1000 * (MACHINES.recognition.TimeoutSeconds ?? 0);

interface Walk {
  readonly status: ExecutionResult['status'];
  readonly error?: string | undefined;
  readonly output?: unknown;
  readonly path: readonly string[];
  readonly sleeps: readonly number[];
}

async function simulated(seed: number): Promise<Walk> {
  const time = new VirtualTime(START);
  const answer = scripted(seed);
  const path: string[] = [];
  const sleeps: number[] = [];
  const integrations = { invoke: answer, putEvents: async () => ({ Entries: [], FailedEntryCount: 0 }) };
  const world = {
    now: time.now,
    random: new Random(seed).next,
    transition: async () => {},
    sleep: async (milliseconds: number, stops: Parameters<VirtualTime['sleep']>[1]) => {
      // The time-out of the execution is no sleep of a state.
      if (milliseconds !== TIMEOUT_MS) sleeps.push(Math.round(milliseconds));
      await time.sleep(milliseconds, stops);
    },
    call: (resource: string, input: Json) =>
      callResource(resource, input, integrations, { executionArn: '', stateMachineArn: '' }),
  };
  const execution = new Execution(
    DEFINITION as StateGraph,
    world,
    (event, state) => event !== 'retried' && path.push(`${event} ${state}`),
  );
  const { status, error, output } = await time.run(execution.run(INPUT, 'arn'));
  return { status, error, output, path, sleeps };
}

async function interpreted(seed: number): Promise<Walk> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-burst-'));
  const store = await openStore(folder);
  const path: string[] = [];
  const sleeps: number[] = [];
  let now = START;
  let end: { status?: unknown; error?: unknown; output?: unknown } = {};
  const service = await startStepFunctions({
    store,
    region: 'us-east-1',
    accountId: '000000000000',
    invoke: scripted(seed),
    integrations: { putEvents: async () => ({ Entries: [], FailedEntryCount: 0 }) },
    onStatusChange: async ({ detail }) => {
      if (detail['status'] !== 'RUNNING') end = detail;
    },
    onHistoryEvent: (_, { type, stateEnteredEventDetails, stateExitedEventDetails }) => {
      const name = (stateEnteredEventDetails ?? stateExitedEventDetails)?.['name'];
      if (name !== undefined) path.push(`${type.endsWith('Entered') ? 'entered' : 'exited'} ${String(name)}`);
    },
    now: () => now,
    random: new Random(seed).next,
    sleep: async (milliseconds) => {
      sleeps.push(Math.round(milliseconds));
      now += milliseconds;
    },
  });
  await service.setStateMachines([aMachine('m', DEFINITION)]);
  await service.startExecution({ stateMachineArn: machineArn('m'), name: 'e', input: JSON.stringify(INPUT) });
  await service.idle();
  await service.close();
  await store.close();
  await rm(folder, { recursive: true });
  const { status, error, output } = end;
  return {
    status: status as Walk['status'],
    error: (error ?? undefined) as Walk['error'],
    output: typeof output === 'string' ? (JSON.parse(output) as unknown) : undefined,
    path,
    sleeps,
  };
}

it('walks, waits and ends as the local Step Functions does, whatever fails', async () => {
  const ends = new Set<string>();
  for (let seed = 1; seed <= 30; seed += 1) {
    const walk = await simulated(seed);
    expect(walk, `seed ${seed}`).toStrictEqual(await interpreted(seed));
    ends.add(`${walk.status} ${walk.error ?? ''} ${walk.path.at(-1)}`);
  }
  // A sample in which every execution ended in the same way would show little.
  expect(ends.size).toBeGreaterThan(3);
});
