// node bench/pipeline.ts [--rounds N] [--copies N]
//
// Compares the whole pipeline (S3, EventBridge, Step Functions, Lambda, DynamoDB and the face engine, all in the embedded
// account) with direct calls of the face library for the same photos, faces and descriptors, on one thread per core.
// The two alternate in one run: the ratio is what counts, not the milliseconds.

import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startAccount } from '../local/account.ts';
import { EnginePool } from '../local/rekognition/engine/pool.ts';
import { Direct } from './direct-pool.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, copies: { type: 'string', default: '2' } },
});
const folder = path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'));
const photos = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => readFile(path.join(folder, 'demo', `sample${n}.jpg`))));
const batch = Array.from({ length: Number(values.copies) }, () => photos).flat();

const dataDir = await mkdtemp(path.join(tmpdir(), 'rollcall-bench-'));
const start = performance.now();
const engine = new EnginePool(availableParallelism());
const inference = stopwatch();
const account = await startAccount({
  dataDir,
  engine: {
    ready: engine.ready,
    analyze: (job) => inference.during(engine.analyze(job)),
    close: () => engine.close(),
  },
});
const listening = performance.now() - start;
await account.ready;
console.log(
  `listening after ${listening.toFixed(0)} ms, engine ready after ${(performance.now() - start).toFixed(0)} ms`,
);
const direct = await Direct.start(availableParallelism());
const s3 = new S3Client({
  endpoint: account.url,
  region: account.region,
  credentials: account.credentials,
  forcePathStyle: true,
});

let uploads = 0;
async function pipeline(photosOfRound: readonly Buffer[]): Promise<void> {
  const put = (Body: Buffer) => {
    uploads += 1;
    return s3.send(new PutObjectCommand({ Bucket: account.deployment.bucket, Key: `input/${uploads}.jpg`, Body }));
  };
  await Promise.all(photosOfRound.map(put));
  await account.idle();
}

const ratios: { wall: number; cpu: number }[] = [];
for (let round = 0; round <= Number(values.rounds); round += 1) {
  const theirs = await timed(() => direct.run(batch));
  const ours = await timed(() => pipeline(batch));
  const ratio = { wall: ours.wall / theirs.wall, cpu: ours.cpu / theirs.cpu };
  const line = `library ${theirs.wall.toFixed(0)} ms, pipeline ${ours.wall.toFixed(0)} ms, ratio ${ratio.wall.toFixed(2)} (CPU ${ratio.cpu.toFixed(2)})`;
  console.log(round === 0 ? `warm-up: ${line}` : line);
  if (round > 0) ratios.push(ratio);
}
const median = (pick: (ratio: (typeof ratios)[number]) => number) =>
  ratios.map(pick).toSorted((a, b) => a - b)[ratios.length >> 1] ?? Number.NaN;
console.log(
  `${batch.length} photos a round; median ratio ${median((r) => r.wall).toFixed(2)}, of CPU ${median((r) => r.cpu).toFixed(2)}`,
);

// One photo at a time: the latency for a user.
inference.reset();
const opened = performance.now();
for (const photo of photos) await pipeline([photo]);
const each = (performance.now() - opened) / photos.length;
const share = inference.busy() / (performance.now() - opened);
console.log(
  `one at a time: ${each.toFixed(0)} ms a photo, ${(100 * share).toFixed(0)} % of it with face inference under way`,
);

await direct.close();
await account.close();
await engine.close();
await rm(dataDir, { recursive: true });

async function timed(work: () => Promise<unknown>): Promise<{ wall: number; cpu: number }> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wall: performance.now() - begun, cpu: (user + system) / 1000 };
}

/** The time during which at least one of the promises was pending. */
function stopwatch() {
  let [pending, since, total] = [0, 0, 0];
  return {
    reset: () => {
      total = 0;
    },
    busy: () => total,
    during: async <Result>(work: Promise<Result>): Promise<Result> => {
      if (pending++ === 0) since = performance.now();
      try {
        return await work;
      } finally {
        if (--pending === 0) total += performance.now() - since;
      }
    },
  };
}
