import type { TestProject } from 'vitest/node';
import { provideStack } from './stack.ts';

/** Runs once before all test files, and again before each rerun in watch mode. Gives what cleans up. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let stack = await provideStack();
  project.onTestsRerun(async () => {
    await stack.remove();
    stack = await provideStack();
  });
  return () => stack.remove();
}
