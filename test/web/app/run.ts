import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtPage } from '../../../web/local/build-page.ts';
import { findBrowser } from './browser.ts';

if (findBrowser() === undefined) {
  console.log(
    'SKIPPED the tests of the page: no Chromium was found, nothing is counted. Install it (Debian: apt-get install chromium; elsewhere: npx playwright-core install chromium) or name its file in CHROMIUM.',
  );
} else {
  // Before the tests, which run side by side.
  await builtPage(console.log);
  const faces = mkdtempSync(join(tmpdir(), 'rollcall-faces-'));
  const { status } = spawnSync('vitest', ['run', 'test/web/app', '--no-file-parallelism', '--test-timeout=180000'], {
    stdio: 'inherit',
    env: { ...process.env, TEST_WEB: 'true', TEST_FACES: faces },
  });
  rmSync(faces, { recursive: true, force: true });
  process.exitCode = status ?? 1;
}
