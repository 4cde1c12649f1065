import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Batch } from '../../schemas/decisions.ts';
import { batchKeyOf } from '../../schemas/keys.ts';
import { runMachine } from '../deployment/execution.ts';
import type { Target } from '../deployment/target.ts';

/** What one command decides. */
export type Decided = Pick<Batch, 'people' | 'decisions' | 'photos' | 'portraits'>;

/** Who decides on the command line: whoever runs it. */
export const thisUser = (): string => userInfo().username || 'unknown';

/** The head of a batch, with an id of its own. */
export function newBatch(by = thisUser()): Pick<Batch, 'batch' | 'by' | 'timestamp'> {
  const timestamp = new Date().toISOString();
  const batch = `${timestamp.slice(0, 19).replaceAll(/\D/g, '')}-${randomUUID().slice(0, 8)}`;
  return { batch, by, timestamp };
}

/** Hands a batch to the machine `decide` and waits until rows and JSON are in line with it. Gives the batch's id. */
export async function decide(target: Target, signal: AbortSignal, decided: Decided, by?: string): Promise<string> {
  const { s3, deployment } = target;
  const batch: Batch = { ...newBatch(by), ...decided };
  const { bucket } = deployment;
  const Key = batchKeyOf(batch.batch);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(batch) }));
  const portraits = decided.portraits?.length ? { portraits: { next: 0, more: true } } : {};
  await runMachine(target, 'decide', { bucket, batch: batch.batch, ...portraits }, signal);
  return batch.batch;
}
