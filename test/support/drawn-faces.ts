import { ListFacesCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box, Face, FaceEngine } from '../../local/rekognition/engine/types.ts';
import { s3Reader, startRekognition } from '../../local/rekognition/server.ts';
import { openStore } from '../../local/store.ts';
import { countCalls } from './rekognition.ts';
import type { TaskServices } from './task-services.ts';

export const COLLECTION = 'people';

/** A collection whose pictures are lists of the faces that are in them, the clearest first. */
export interface DrawnFaces {
  readonly rekognition: RekognitionClient;
  readonly collectionId: string;
  /** How often each operation was called. */
  readonly counts: Record<string, number>;
  /** The ids of the faces in the collection by the person they were enrolled for. */
  facesOf(personId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** The name stands for what else is in the picture, so that pictures of the same face differ. */
export const aDrawing = (name: string, ...boxes: Box[]): string => JSON.stringify({ name, boxes });

/** The embedded account's Rekognition over an engine that reads drawings, because no photo shows such faces. */
export async function startDrawnFaces({ s3 }: TaskServices): Promise<DrawnFaces> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-drawn-'));
  const store = await openStore(folder);
  const engine: FaceEngine = {
    ready: Promise.resolve(),
    analyze: async ({ picture }) => {
      const { boxes } = JSON.parse(Buffer.from(picture).toString()) as { boxes: Box[] };
      return { faces: boxes.map(aClearFace), width: 1000, height: 1000 };
    },
    close: async () => {},
  };
  const service = await startRekognition({ store, readObject: s3Reader(s3), engine });
  await service.ensureCollection(COLLECTION);
  const server = await countCalls(service.handler);
  const { rekognition, counts } = server;
  return {
    rekognition,
    collectionId: COLLECTION,
    counts,
    facesOf: async (personId) => {
      const { Faces = [] } = await rekognition.send(new ListFacesCommand({ CollectionId: COLLECTION }));
      return Faces.flatMap(({ FaceId, ExternalImageId }) => (ExternalImageId === personId ? [FaceId!] : []));
    },
    close: async () => {
      await server.close();
      await service.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

const aClearFace = (box: Box): Face => ({
  box,
  confidence: 0.99,
  pixels: 200,
  landmarks: Array.from({ length: 68 }, () => ({ x: 0.5, y: 0.5 })),
  pose: { roll: 0, yaw: 0 },
  gaps: { lids: 0.3, lips: 0 },
  quality: { brightness: 80, sharpness: 90 },
  descriptor: new Float32Array(128).fill(0.1),
});
