// npm run bench:endurance -- [--photos N] [--data DIR]
//
// Runs `rollcall recognize` over N small photos with two faces each, with the real face engine, and fits a line through
// the memory of its process: growth a photo, of the whole and of each kind of thread. Then prints what the data folder
// holds a photo, and how long the next start takes. Exits with 1 if a goal is missed. About 3 minutes for 300 photos;
// the goals are for 5,000. --data keeps the data folder.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { ALLOCATOR } from '../cli/allocator.mjs';
import { drawPeople, drawPhotos } from './drawn-photos.ts';
import { slopeOf } from './line-fit.ts';
import type { Sample } from './memory-sampler.ts';

const MAX_GROWTH_KB = 10;
const MAX_PEAK_MB = 1500;
const MAX_START_S = 5;
/** The part of the photos after which heaps and caches have reached their size. */
const WARM_UP = 0.2;

const { values } = parseArgs({ options: { photos: { type: 'string', default: '5000' }, data: { type: 'string' } } });
const count = Number(values.photos);
const folder = await mkdtemp(join(tmpdir(), 'rollcall-endurance-'));
const data = values.data ?? join(folder, 'data');
const [photos, people] = [join(folder, 'photos'), join(folder, 'people')];

console.log(`${count} photos, Node ${process.version}, ${availableParallelism()} cores`);
await drawPhotos(photos, count);
await drawPeople(people);
const samples = await recognize();
const steady = samples.filter((sample) => sample.photos >= WARM_UP * count && sample.photos < count);
const growthKb = (of: keyof Sample) => slopeOf(steady.map((sample) => [sample.photos, sample[of]])) / 1000;
const peakMb = (of: keyof Sample) => Math.max(...samples.map((sample) => sample[of])) / 1e6;
printMemory();
await printDisk();
const start = await startAgain();
console.log(`the next start takes ${start.toFixed(1)} s`);
await rm(folder, { recursive: true });

const growth = Math.max(...(['rss', 'main', 'functions', 'engines'] as const).map(growthKb));
const peak = peakMb('rss');
console.log(`growth ${growth.toFixed(1)} KB a photo, peak ${peak.toFixed(0)} MB over ${count} photos`);
process.exit(growth < MAX_GROWTH_KB && peak < MAX_PEAK_MB && start < MAX_START_S ? 0 : 1);

function rollcall(args: readonly string[], sampler: readonly string[] = []): ChildProcess {
  const main = join(import.meta.dirname, '../cli/main.ts');
  return spawn(process.execPath, [...sampler, main, ...args, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // As cli/bin.mjs does, which cannot preload the sampler.
    env: { ...ALLOCATOR, ...process.env },
  });
}

async function recognize(): Promise<Sample[]> {
  const taken: Sample[] = [];
  const sampler = ['--import', join(import.meta.dirname, 'memory-sampler.ts')];
  const begun = performance.now();
  const child = rollcall(['recognize', photos, '--people', people, '--json'], sampler);
  child.on('message', (sample: Sample) => taken.push(sample));
  const [lines, notes, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  const done = lines.split('\n').filter((line) => /"status":"(COMPLETED|NO_FACES)"/.test(line)).length;
  const faces = lines.split('"bounding_box"').length - 1;
  if (code !== 0 || done < count) throw new Error(`Only ${done} of ${count} photos were recognized.\n${notes}`);
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${done} photos recognized, ${faces} faces, in ${seconds.toFixed(0)} s: ${(count / seconds).toFixed(1)} a second`,
  );
  return taken;
}

/** Seconds from the start of the process until it accepts photos. */
async function startAgain(): Promise<number> {
  const begun = performance.now();
  const child = rollcall(['start', '--once', '--no-samples']);
  const ready = new Promise<number>((resolve) => {
    child.stderr!.on('data', (chunk: Buffer) => {
      if (chunk.includes('Ready after')) resolve((performance.now() - begun) / 1000);
    });
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error('The second start failed.');
  return ready;
}

function printMemory(): void {
  console.log('memory                           growth KB a photo   peak MB');
  for (const [label, of] of [
    ['resident', 'rss'],
    ['  of it not mapped from files', 'anonymous'],
    ['heap of the main thread', 'main'],
    ["heaps of the functions' threads", 'functions'],
    ["heaps of the engines' threads", 'engines'],
  ] as const) {
    console.log(label.padEnd(33), growthKb(of).toFixed(1).padStart(16), peakMb(of).toFixed(0).padStart(9));
  }
}

async function printDisk(): Promise<void> {
  const kinds = ['state', 'dynamodb', 's3', 'logs'];
  const disk = await Promise.all(kinds.map(async (kind) => `${kind}/ ${await diskKb(join(data, kind))} KB`));
  console.log(`disk a photo: ${disk.join(', ')}`);
}

async function diskKb(kind: string): Promise<string> {
  const entries = await readdir(kind, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)));
  const bytes = (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
  return (bytes / 1000 / count).toFixed(1);
}
