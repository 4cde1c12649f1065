// node bench/search.ts [--vectors N]     npm run bench:search
//
// Searches a collection of a million vectors for the ten nearest: the thread with its WebAssembly, against the plain loop
// over the same memory, and against reading that memory once, which is the limit. The three take turns in one run.
// Then saves the collection, opens it again, and counts the memory that it takes.

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from 'watr';
import { Collections } from '../local/rekognition/collections.ts';
import { DESCRIPTOR_LENGTH } from '../local/rekognition/engine/types.ts';
import { BYTES_PER_VECTOR, VECTORS_AT } from '../local/rekognition/search/layout.ts';
import type { VectorIndex } from '../local/rekognition/search/vector-index.ts';
import { openStore } from '../local/store.ts';

const { values } = parseArgs({
  options: { vectors: { type: 'string', default: '1000000' }, save: { type: 'string' } },
});
const VECTORS = Number(values.vectors);
const NEAREST = 10;
const ROUNDS = 15;
const BATCH = 8192;
const GOAL = { ratio: 1.3, loadSeconds: 3, memory: 1.15 };

async function run(folder: string): Promise<boolean> {
  // In a process of its own, whose memory does not count.
  execFileSync(process.execPath, [import.meta.filename, '--vectors', String(VECTORS), '--save', folder]);
  const before = process.memoryUsage();
  const start = performance.now();
  const store = await openStore(folder);
  const collections = await Collections.open(store, () => new Date());
  const loadSeconds = (performance.now() - start) / 1000;
  const { faces } = collections.get('crowd');
  const after = process.memoryUsage();
  const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);
  const vectors = faces.memory.buffer.byteLength;
  const ids = after.heapUsed - before.heapUsed;
  const memory = vectors / (VECTORS * BYTES_PER_VECTOR);
  console.log(
    `loaded ${faces.size} vectors in ${loadSeconds.toFixed(2)} s; memory: vectors ${megabytes(vectors)} MB ` +
      `(${memory.toFixed(2)} of their bytes), ids ${megabytes(ids)} MB, whole process ${megabytes(after.rss)} MB`,
  );

  const query = faces.get(idOf(VECTORS >> 1))!.map((value) => value + 0.001);
  const read = await readerOf(faces.memory);
  const times = { read: [] as number[], search: [] as number[], plain: [] as number[], ratio: [] as number[] };
  let same = true;
  for (let round = 0; round < ROUNDS; round++) {
    const reading = await time(async () => read());
    const searching = await time(() => faces.search(query, 0, NEAREST));
    const plain = await time(async () => plainSearch(faces.memory, faces.size, query));
    const found = searching.result.map(({ item }) => faces.slotOf(item));
    same &&= JSON.stringify(found) === JSON.stringify(plain.result);
    if (round === 0) continue; // Warms the code up.
    times.read.push(reading.ms);
    times.search.push(searching.ms);
    times.plain.push(plain.ms);
    times.ratio.push(searching.ms / reading.ms);
  }
  await changeDuring(faces, query);
  await collections.close();
  await store.close();

  const [limit, search, plain] = [median(times.read), median(times.search), median(times.plain)];
  const ratio = median(times.ratio);
  console.log(
    `medians of ${ROUNDS - 1} rounds: reading the memory ${limit.toFixed(1)} ms, the search ${search.toFixed(1)} ms ` +
      `(${Math.min(...times.search).toFixed(1)} to ${Math.max(...times.search).toFixed(1)}), ` +
      `the plain loop ${plain.toFixed(1)} ms; the same ${NEAREST} faces: ${same ? 'yes' : 'NO'}`,
  );
  console.log(
    `${VECTORS} vectors: ${ratio.toFixed(2)} x the memory limit, ${(plain / search).toFixed(1)} x faster than the plain loop`,
  );
  return same && ratio <= GOAL.ratio && loadSeconds < GOAL.loadSeconds && memory <= GOAL.memory;
}

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

async function save(folder: string): Promise<void> {
  const store = await openStore(folder);
  const collections = await Collections.open(store, () => new Date());
  await collections.putRecord({ id: 'crowd', createdAt: 0, tags: {} });
  let state = 1;
  const vector = () =>
    Float32Array.from(
      { length: DESCRIPTOR_LENGTH },
      () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) / 2 ** 34,
    );
  for (let from = 0; from < VECTORS; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, VECTORS - from) }, (_, i) => ({
      face: {
        FaceId: idOf(from + i),
        ImageId: idOf(from + i),
        BoundingBox: { Width: 0.1, Height: 0.1, Left: 0.1, Top: 0.1 },
        Confidence: 99,
        source: `photo ${from + i}`,
      },
      vector: vector(),
    }));
    await collections.putFaces('crowd', batch);
  }
  await collections.close();
  await store.close();
}

/** Reads every vector once, with the same instructions for loading that the search has. */
async function readerOf(memory: WebAssembly.Memory): Promise<() => void> {
  const text = await readFile(new URL('read-memory.wat', import.meta.url), 'utf8');
  const module = await WebAssembly.compile(compile(text) as Uint8Array<ArrayBuffer>);
  const read = new WebAssembly.Instance(module, { index: { memory } }).exports['read'] as (
    ...range: number[]
  ) => number;
  return () => void read(VECTORS_AT, VECTORS_AT + VECTORS * BYTES_PER_VECTOR);
}

/** The slots of the nearest vectors, nearest first. Four sums, which the processor can compute in parallel. */
function plainSearch(memory: WebAssembly.Memory, vectors: number, query: Float32Array): number[] {
  const data = new Float32Array(memory.buffer, VECTORS_AT, vectors * DESCRIPTOR_LENGTH);
  let nearest: { slot: number; distance: number }[] = [];
  let bound = Infinity;
  for (let slot = 0, at = 0; slot < vectors; slot++) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < DESCRIPTOR_LENGTH; i += 4, at += 4) {
      a += (data[at]! - query[i]!) ** 2;
      b += (data[at + 1]! - query[i + 1]!) ** 2;
      c += (data[at + 2]! - query[i + 2]!) ** 2;
      d += (data[at + 3]! - query[i + 3]!) ** 2;
    }
    const distance = a + b + c + d;
    if (distance >= bound) continue;
    nearest = [...nearest, { slot, distance }]
      .toSorted((one, other) => one.distance - other.distance)
      .slice(0, NEAREST);
    if (nearest.length === NEAREST) bound = nearest.at(-1)!.distance;
  }
  return nearest.map(({ slot }) => slot);
}

/** Adding and removing take effect at once, also while a search runs, which does not hold up the event loop. */
async function changeDuring(faces: VectorIndex, query: Float32Array): Promise<void> {
  const searching = faces.search(query, 0, NEAREST);
  const start = performance.now();
  faces.put('another', query);
  faces.remove('another');
  const ms = performance.now() - start;
  let turns = 0;
  const ended = searching.then(() => true);
  while (!(await Promise.race([ended, new Promise<false>((resolve) => setImmediate(resolve, false))]))) turns += 1;
  console.log(
    `added and removed one in ${ms.toFixed(2)} ms during a search, in which the event loop took ${turns} turns`,
  );
}

async function time<Result>(work: () => Promise<Result>): Promise<{ ms: number; result: Result }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

if (values.save === undefined) {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-search-'));
  try {
    process.exitCode = (await run(folder)) ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true });
  }
} else await save(values.save);
