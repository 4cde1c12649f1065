import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { availableParallelism } from 'node:os';
import { awsJson } from '../aws-json.ts';
import type { Store } from '../store.ts';
import { Collections } from './collections.ts';
import { EnginePool } from './engine/pool.ts';
import type { FaceEngine } from './engine/types.ts';
import { collectionOperations } from './operations/collections.ts';
import { detectOperations } from './operations/detect.ts';
import { faceOperations } from './operations/faces.ts';
import { searchOperations } from './operations/search.ts';
import { userOperations } from './operations/users.ts';
import { Pictures, type ReadObject } from './pictures.ts';
import type { Service } from './service.ts';

export { s3Reader } from './s3-reader.ts';

export interface RekognitionOptions {
  store: Store;
  /** Reads an S3Object. Any error becomes InvalidS3ObjectException. */
  readObject: ReadObject;
  region?: string;
  accountId?: string;
  /** Number of engines, each on its own thread. Default: one for each core. */
  workers?: number;
  /** Replaces the server's own engines. The caller closes it. */
  engine?: FaceEngine;
  now?: () => Date;
  newId?: () => string;
  report?: (error: unknown, operation: string) => void;
}

export interface Rekognition {
  handler: RequestListener;
  /** Resolves when all engines have loaded their models. Earlier requests wait. */
  ready: Promise<void>;
  /** Creates a collection unless it exists. */
  ensureCollection(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Serves Rekognition's wire protocol with a face library on this machine. */
export async function startRekognition(options: RekognitionOptions): Promise<Rekognition> {
  const { store, readObject, region = 'us-east-1', accountId = '000000000000', report } = options;
  const { now = () => new Date(), newId = randomUUID, workers = availableParallelism() } = options;
  const engine = options.engine ?? new EnginePool(workers);
  const collections = await Collections.open(store, now);
  const service: Service = { collections, pictures: new Pictures(readObject, engine), region, accountId, now, newId };
  const operations = {
    ...collectionOperations(service),
    ...detectOperations(service),
    ...faceOperations(service),
    ...searchOperations(service),
    ...userOperations(service),
  };
  const handler = awsJson({ version: '1.1', operations, ...(report && { report }) });
  return {
    handler,
    ready: engine.ready,
    ensureCollection: async (CollectionId) => {
      if (!collections.has(CollectionId)) await operations.CreateCollection?.({ CollectionId });
    },
    close: async () => {
      await collections.close();
      if (!options.engine) await engine.close();
    },
  };
}
