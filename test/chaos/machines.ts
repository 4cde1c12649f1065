import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClients } from '../../local/clients.ts';
import { differences, snapshotOf } from '../faults/snapshot.ts';
import { randomFrom } from '../support/random.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { SCENARIOS, type Scenario, type ScenarioAccount } from '../support/scenarios.ts';
import { prepareStack, type PreparedStack } from '../support/stack.ts';
import { uploadObject, type UploadedObject } from '../support/test-account.ts';
import { KillableAccount, type RunningAccount } from './killable-account.ts';

/** The scenarios of the machines that no object starts: decisions, re-recognition, grouping, users and forgetting. */
export const MACHINE_SCENARIOS = SCENARIOS.filter(({ chaos }) => chaos);

export interface MachineChaos {
  readonly scenarios?: readonly Scenario[];
  /** In each scenario. */
  readonly kills: number;
  readonly seed: number;
  readonly onScenario?: (name: string) => void;
}

export interface MachineReport {
  readonly scenarios: number;
  readonly kills: number;
  /** Scenarios that did not end as they do without a kill. */
  readonly differing: readonly string[];
  readonly problems: readonly string[];
}

/**
 * Runs each scenario twice: once undisturbed, and once with kills at random moments while its executions run. Both must
 * leave the same behind.
 */
export async function machineChaos(options: MachineChaos): Promise<MachineReport> {
  const { scenarios = MACHINE_SCENARIOS, kills, seed, onScenario } = options;
  const prepared = await prepareStack({ faceConcurrency: 1 });
  const pictures = await makeSamplePictures();
  const random = randomFrom(seed);
  const [differing, problems]: [string[], string[]] = [[], []];
  try {
    for (const [at, scenario] of scenarios.entries()) {
      onScenario?.(scenario.name);
      const calm = await play(prepared, `calm-${at}`, { scenario, pictures });
      const moments = Array.from({ length: kills }, () => random() * calm.durationMs);
      const killed = await play(prepared, `killed-${at}`, { scenario, pictures, moments });
      problems.push(...calm.problems, ...killed.problems);
      const differ = differences(killed.snapshot, calm.snapshot);
      if (differ.length > 0) differing.push(`${scenario.name}: ${differ.join('; ')}`);
    }
    return { scenarios: scenarios.length, kills: kills * scenarios.length, differing, problems };
  } finally {
    await prepared.remove();
  }
}

interface Play {
  readonly scenario: Scenario;
  readonly pictures: SamplePictures;
  /** How long an account lives before each kill, in milliseconds. */
  readonly moments?: readonly number[];
}

async function play({ root, stack, faces }: PreparedStack, name: string, { scenario, pictures, moments = [] }: Play) {
  const options = { dataDir: join(root, name), stackFolder: stack, faces, hurry: true };
  const uploads: UploadedObject[] = [];
  const problems: string[] = [];
  let account = new KillableAccount(options);
  let running = scenarioAccount(await account.open, account, uploads);
  await scenario.given?.(running, pictures);
  await running.idle();
  // Whoever calls the account during a kill would have to call again. So only what it does by itself is disturbed.
  await scenario.when(running, pictures);
  const began = performance.now();
  for (const moment of moments) {
    await sleep(moment);
    await account.kill();
    problems.push(...account.problems);
    account = new KillableAccount(options);
    running = scenarioAccount(await account.open, account, uploads);
  }
  await running.idle();
  const durationMs = performance.now() - began;
  const snapshot = await snapshotOf(running);
  await account.kill();
  return { snapshot, durationMs, problems: [...problems, ...account.problems] };
}

function scenarioAccount(
  running: RunningAccount,
  account: KillableAccount,
  uploads: UploadedObject[],
): ScenarioAccount {
  const clients = createClients(running);
  return {
    ...clients,
    deployment: running.deployment,
    uploads,
    upload: async (key, body, metadata) => {
      const uploaded = await uploadObject(clients.s3, running.deployment.bucket, key, body, metadata);
      uploads.push(uploaded);
      return uploaded;
    },
    idle: () => account.idle(),
  };
}
