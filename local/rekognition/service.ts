import type { Operation } from '../aws-json.ts';
import type { Collections } from './collections.ts';
import type { Pictures } from './pictures.ts';

/** Shared by all operations. */
export interface Service {
  collections: Collections;
  pictures: Pictures;
  region: string;
  accountId: string;
  now(): Date;
  newId(): string;
}

export type Operations = Record<string, Operation>;

/** Identifies the model, because vectors of different models must never be compared. */
export const FACE_MODEL_VERSION = 'face-api-1.7.15';
