import { parentPort } from 'node:worker_threads';
import type { Burst } from './account.ts';
import { pipelineAfter } from './after.ts';
import { pipelineBefore } from './before.ts';
import { simulate, type Figures } from './simulate.ts';

export interface Job {
  readonly burst: Burst;
  /** Without pacing, as it was before. */
  readonly before: boolean;
  /** The setting quotaShare. */
  readonly share: number;
}

export type Answer = Figures;

// Hundreds of thousands of errors are thrown on purpose, and nobody reads their traces.
Error.stackTraceLimit = 0;

parentPort?.on('message', async ({ burst, before, share }: Job) => {
  const pipeline = before ? pipelineBefore : pipelineAfter(burst, { quotaShare: share });
  parentPort?.postMessage(await simulate(pipeline, burst));
});
