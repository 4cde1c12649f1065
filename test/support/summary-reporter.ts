import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line. A file that could not be loaded, or an error outside a test, counts as failed. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state !== 'pending') counts[state] += 1;
      }
    }
    const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
    // After vitest's own summary, which is written a moment later.
    process.once('exit', () => console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`));
    const total = process.env['TEST_COUNTS'];
    if (total) appendFileSync(total, `${JSON.stringify(counts)}\n`);
  }
}
