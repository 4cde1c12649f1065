import { runScenario } from '../support/run-scenario.ts';
import type { SamplePictures } from '../support/sample-pictures.ts';
import { SCENARIOS, type Scenario } from '../support/scenarios.ts';
import type { FaultAccount } from './fault-account.ts';
import { FAULTS, type Fault } from './fault-kinds.ts';
import { faultInCall, nameOf, type ArmedFault, type TaskCall } from './injector.ts';
import { paidTwice } from './paid.ts';
import { differences, snapshotOf, type Snapshot } from './snapshot.ts';

/** One fault in one call of one scenario. */
export interface FaultCase {
  readonly scenario: Scenario;
  readonly target: TaskCall;
  readonly fault: Fault;
  /** What the scenario leaves behind without a fault. */
  readonly expected: Snapshot;
}

export interface Outcome {
  readonly faultCase: FaultCase;
  readonly redriven: boolean;
  /** Sentences; none when the fault was survived. */
  readonly problems: readonly string[];
}

/** Runs each scenario without a fault. Every call that no earlier scenario made gives a case for each fault. */
export async function faultCases(
  account: FaultAccount,
  pictures: SamplePictures,
  scenarios = SCENARIOS,
): Promise<FaultCase[]> {
  const seen = new Set<string>();
  const cases: FaultCase[] = [];
  for (const scenario of scenarios) {
    // The first run loads functions and the engine, and may time out for that reason.
    await runWithFault(account, pictures, scenario);
    const { problems } = await runWithFault(account, pictures, scenario);
    const expected = await snapshotOf(account);
    if (problems.length > 0) throw new Error(`${scenario.name}, without fault: ${problems.join('; ')}`);
    const calls = account.injector.reachable.filter(
      (call) => !seen.has(nameOf(call)) && (scenario.waits !== true || call.nth === 0),
    );
    for (const target of calls) {
      seen.add(nameOf(target));
      for (const fault of FAULTS) cases.push({ scenario, target, fault, expected });
    }
  }
  return cases;
}

export async function runFaultCase(
  account: FaultAccount,
  pictures: SamplePictures,
  faultCase: FaultCase,
): Promise<Outcome> {
  const { scenario, target, fault, expected } = faultCase;
  const { redriven, problems: met } = await runWithFault(account, pictures, scenario, faultInCall(target, fault));
  const problems = [...met];
  if (account.injector.hits === 0) problems.push('the fault hit no call');
  const found = await snapshotOf(account);
  problems.push(...differences(found, expected));
  problems.push(...paidTwice(account.injector.completed).map((call) => `${call} was paid for twice`));
  // That an event became a dead letter because of the injected fault is not a problem.
  problems.push(
    ...account.problems
      .splice(0)
      .map(String)
      .filter((problem) => !problem.includes('injected')),
  );
  return { faultCase, redriven, problems };
}

/** Runs a scenario with a fault, or without one. */
function runWithFault(account: FaultAccount, pictures: SamplePictures, scenario: Scenario, fault?: ArmedFault) {
  const { injector } = account;
  injector.arm();
  return runScenario(account, pictures, scenario, {
    before: () => injector.arm(fault),
    after: () => injector.disarm(),
  });
}
