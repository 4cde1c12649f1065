import { failedExecutions, isRecorded, redriveAll } from './redrive.ts';
import type { SamplePictures } from './sample-pictures.ts';
import type { Scenario } from './scenarios.ts';
import type { TestAccount } from './test-account.ts';

export interface ScenarioResult {
  /** Whether an execution failed and was redriven. */
  readonly redriven: boolean;
  /** Sentences. */
  readonly problems: readonly string[];
}

/** Runs a scenario in an empty account and redrives once what failed. `around` is called just before and after `when`. */
export async function runScenario(
  account: TestAccount,
  pictures: SamplePictures,
  { given, when, repair }: Scenario<TestAccount>,
  around: { readonly before?: () => void; readonly after?: () => void } = {},
): Promise<ScenarioResult> {
  const problems: string[] = [];
  await account.clear();
  await given?.(account, pictures);
  await account.idle();
  around.before?.();
  await when(account, pictures);
  await account.idle();
  around.after?.();
  const failed = await failedExecutions(account);
  for (const execution of failed) {
    if (!(await isRecorded(account, execution))) problems.push('it failed, and its row does not say so');
  }
  await repair?.(account);
  const errors = await redriveAll(account, failed);
  problems.push(...errors.map((error) => `one redrive did not complete it (${error})`));
  return { redriven: failed.length > 0, problems };
}
