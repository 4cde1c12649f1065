import { PutObjectCommand } from '@aws-sdk/client-s3';
import { paginateListExecutions } from '@aws-sdk/client-sfn';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../../client/deployment/target.ts';
import { readManifest, samplePath } from '../../samples/samples.ts';
import { machineArn } from '../../statemachines/registry.ts';

const PERIOD_MS = 500;

export interface Executions {
  /** The fewest and the most that ran at once since the first. */
  readonly atOnce: { fewest: number; most: number };
  stop(): Promise<void>;
}

/** Keeps so many executions running: photos that the account has never seen, found and searched by the real engine. */
export async function keepRunning(target: Target, count: number): Promise<Executions> {
  const manifest = await readManifest();
  const photos = await Promise.all(manifest.photos.map(({ file }) => readFile(samplePath(manifest, file))));
  // A folder that was used before has photos of earlier runs.
  const run = randomBytes(4).toString('hex');
  const atOnce = { fewest: Infinity, most: 0 };
  const stopping = new AbortController();
  let uploaded = 0;
  const fill = async (running: number) => {
    for (let missing = count - running; missing > 0; missing -= 1) {
      const Key = `input/running/${run}/${uploaded}.jpg`;
      // Bytes of its own, or the detection of the same photo would be remembered.
      const Body = Buffer.concat([photos[uploaded % photos.length]!, randomBytes(16)]);
      uploaded += 1;
      await target.s3.send(new PutObjectCommand({ Bucket: target.deployment.bucket, Key, Body }));
    }
  };
  await fill(0);
  while ((await runningIn(target)) < count) await sleep(50);
  const keeping = (async () => {
    while (!stopping.signal.aborted) {
      const running = await runningIn(target);
      atOnce.fewest = Math.min(atOnce.fewest, running);
      atOnce.most = Math.max(atOnce.most, running);
      await fill(running);
      await sleep(PERIOD_MS);
    }
  })();
  return {
    atOnce,
    stop: async () => {
      stopping.abort();
      await keeping;
      while ((await runningIn(target)) > 0) await sleep(PERIOD_MS);
    },
  };
}

async function runningIn({ sfn, deployment }: Target): Promise<number> {
  const stateMachineArn = machineArn(deployment, 'recognition');
  let count = 0;
  const pages = paginateListExecutions({ client: sfn }, { stateMachineArn, statusFilter: 'RUNNING' });
  for await (const { executions = [] } of pages) count += executions.length;
  return count;
}
