import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need Terraform and a stand-in for AWS: npm run test:deploy.
    exclude: process.env['TEST_DEPLOY'] ? [] : ['test/deploy/**'],
    globalSetup: './test/support/global-setup.ts',
    setupFiles: ['./test/support/seed.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Each of two workers may hold a face engine of 1 GB: more would only swap.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
