import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { listen } from '../../../local/http.ts';
import type { StoredFace } from '../../../local/rekognition/collection.ts';
import { Collections } from '../../../local/rekognition/collections.ts';
import { startRekognition } from '../../../local/rekognition/server.ts';
import { openStore } from '../../../local/store.ts';

export const AT = new Date('2026-01-02T03:04:05.678Z');

export interface Running {
  client: RekognitionClient;
  url: string;
  /** The objects of readObject, by bucket/key or bucket/key?version. */
  objects: Map<string, Buffer>;
  /** Stops the server and starts it again on the same folder. */
  restart(): Promise<Running>;
  stop(): Promise<void>;
}

/** A real server on loopback, with its store in a new folder and sequential ids. */
export async function startService(seed?: (collections: Collections) => Promise<void>): Promise<Running> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-rekognition-'));
  if (seed) {
    const store = await openStore(folder);
    await seed(await Collections.open(store, () => AT));
    await store.close();
  }
  return run(folder, countedIds());
}

async function run(folder: string, newId: () => string): Promise<Running> {
  const store = await openStore(folder);
  const objects = new Map<string, Buffer>();
  const rekognition = await startRekognition({
    store,
    readObject: async (bucket, key, version) => {
      const found = objects.get(`${bucket}/${key}${version === undefined ? '' : `?${version}`}`);
      if (!found) throw new Error('NoSuchKey');
      return found;
    },
    region: 'eu-west-1',
    accountId: '123456789012',
    workers: 1,
    now: () => AT,
    newId,
  });
  const { url, close } = await listen(rekognition.handler);
  const client = new RekognitionClient({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const halt = async () => {
    client.destroy();
    await close();
    await rekognition.close();
    await store.close();
  };
  return {
    client,
    url,
    objects,
    restart: async () => {
      await halt();
      return run(folder, newId);
    },
    stop: async () => {
      await halt();
      await rm(folder, { recursive: true });
    },
  };
}

export const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function countedIds(): () => string {
  let n = 0;
  return () => id(++n);
}

/** The name and message of a call's error. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('The call did not fail.');
  return `${error.name}: ${error.message}`;
}

const SAMPLES = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

/** One of the six group photos in the face library's package, scaled to `width`, which halves the time of a test. */
export async function sample(n: number, width = 960): Promise<Buffer> {
  const photo = await readFile(path.join(SAMPLES, `sample${n}.jpg`));
  return sharp(photo).resize(width).jpeg({ quality: 92 }).toBuffer();
}

/** A photo without a face. */
export const blank = (width = 200, height = 200) =>
  sharp({ create: { width, height, channels: 3, background: '#87a' } });

/** A vector at this distance from the zero vector along one axis. */
export function vector(axis: number, length: number): Float32Array {
  const values = new Float32Array(128);
  values[axis] = length;
  return values;
}

export function aFace(n: number, overrides: Partial<StoredFace> = {}): StoredFace {
  return {
    FaceId: id(n),
    ImageId: id(n + 1_000_000),
    BoundingBox: { Width: 0.25, Height: 0.5, Left: 0.125, Top: 0.0625 },
    Confidence: 99,
    source: `photo ${n}`,
    ...overrides,
  };
}
