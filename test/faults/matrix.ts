import { isDeepStrictEqual } from 'node:util';
import { FAULTS, type Fault } from './fault-kinds.ts';
import { faultInCall, nameOf, type ArmedFault, type TaskCall } from './injector.ts';
import { paidTwice } from './paid.ts';
import type { SamplePictures } from '../support/sample-pictures.ts';
import { failedExecutions, isRecorded, redriveAll } from '../support/redrive.ts';
import { SCENARIOS, type Scenario } from '../support/scenarios.ts';
import { snapshotOf, type Snapshot } from './snapshot.ts';
import type { FaultAccount } from './fault-account.ts';

/** One fault in one call of one run. */
export interface FaultCase {
  readonly scenario: Scenario;
  readonly target: TaskCall;
  readonly fault: Fault;
  /** Of the run without fault. */
  readonly expected: Snapshot;
}

export interface Outcome {
  readonly cell: FaultCase;
  readonly redriven: boolean;
  /** Sentences; none when the fault was survived. */
  readonly problems: readonly string[];
}

/** Runs each scenario without fault, and makes cells of every call that no earlier scenario made. */
export async function faultCases(
  stand: FaultAccount,
  pictures: SamplePictures,
  scenarios = SCENARIOS,
): Promise<FaultCase[]> {
  const seen = new Set<string>();
  const cells: FaultCase[] = [];
  for (const scenario of scenarios) {
    // The first time loads functions and the engine, and may meet time-outs of its own.
    await runScenario(stand, pictures, scenario);
    const { problems } = await runScenario(stand, pictures, scenario);
    const expected = await snapshotOf(stand);
    if (problems.length > 0) throw new Error(`${scenario.name}, without fault: ${problems.join('; ')}`);
    const calls = stand.injector.calls.filter((call) => !seen.has(nameOf(call)));
    for (const target of calls) {
      seen.add(nameOf(target));
      for (const fault of FAULTS) cells.push({ scenario, target, fault, expected });
    }
  }
  return cells;
}

export async function runFaultCase(stand: FaultAccount, pictures: SamplePictures, cell: FaultCase): Promise<Outcome> {
  const { redriven, problems } = await runScenario(
    stand,
    pictures,
    cell.scenario,
    faultInCall(cell.target, cell.fault),
  );
  if (stand.injector.hits === 0) problems.push('the fault met no call');
  const found = await snapshotOf(stand);
  if (!isDeepStrictEqual(found, cell.expected)) problems.push(...differences(found, cell.expected));
  problems.push(...paidTwice(stand.injector.completed).map((call) => `${call} was paid for twice`));
  // That an event was given up because of the fault is what a dead letter reports.
  problems.push(
    ...stand.problems
      .splice(0)
      .map(String)
      .filter((problem) => !problem.includes('injected')),
  );
  return { cell, redriven, problems };
}

/** Runs one scenario; what failed is redriven once. */
export async function runScenario(
  stand: FaultAccount,
  pictures: SamplePictures,
  { given, when, repair }: Scenario,
  armed?: ArmedFault,
): Promise<{ redriven: boolean; problems: string[] }> {
  const { account, injector } = stand;
  const problems: string[] = [];
  injector.arm();
  await stand.clear();
  await given?.(stand, pictures);
  await account.idle();
  injector.arm(armed);
  await when(stand, pictures);
  await account.idle();
  injector.disarm();
  const failed = await failedExecutions(stand);
  for (const execution of failed) {
    if (!(await isRecorded(stand, execution))) problems.push('it failed, and its row does not say so');
  }
  await repair?.(stand);
  const still = await redriveAll(stand, failed);
  problems.push(...still.map((error) => `one redrive did not complete it (${error})`));
  return { redriven: failed.length > 0, problems };
}

function differences(found: Snapshot, expected: Snapshot): string[] {
  return (Object.keys(expected) as (keyof Snapshot)[])
    .filter((part) => !isDeepStrictEqual(found[part], expected[part]))
    .map((part) => `${part} differ: ${JSON.stringify(found[part])} in place of ${JSON.stringify(expected[part])}`);
}
