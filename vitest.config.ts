import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      // They need Terraform and a stand-in for AWS: npm run test:deploy.
      ...(process.env['TEST_DEPLOY'] ? [] : ['test/deploy/**']),
      // They need Chromium: npm run test:web.
      ...(process.env['TEST_WEB'] ? [] : ['test/web/app/**']),
    ],
    globalSetup: './test/support/global-setup.ts',
    setupFiles: ['./test/support/seed.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Each of two workers may hold a face engine of 1 GB: more would only swap.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
