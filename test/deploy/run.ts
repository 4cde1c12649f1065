import { spawnSync } from 'node:child_process';
import { findPrerequisites } from './prerequisites.ts';

const found = findPrerequisites();
if ('missing' in found) {
  console.log(
    `SKIPPED the deploy test: this machine lacks ${found.missing}. Nothing was deployed, nothing is counted.`,
  );
} else {
  // Each step needs the one before it: after a failure the rest would only bury what went wrong.
  const { status } = spawnSync('vitest', ['run', 'test/deploy', '--bail', '1'], {
    stdio: 'inherit',
    env: { ...process.env, TEST_DEPLOY: 'true' },
  });
  process.exitCode = status ?? 1;
}
