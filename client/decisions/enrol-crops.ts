import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { PersonId } from '../../schemas/faces.ts';
import { readIfThere } from '../deployment/objects.ts';
import type { Target } from '../deployment/target.ts';
import { bestCrops } from './best-crops.ts';
import type { GivenFace } from './faces.ts';

/** Sends the best of the faces that were just named to where portraits are, and does not wait. Gives their keys. */
export async function sendCrops(target: Target, id: PersonId, faces: readonly GivenFace[]): Promise<string[]> {
  const best = await bestCrops(target, id, faces);
  const sent: string[] = [];
  for (const { key, crop_key } of best) {
    const Body = await readIfThere(target, crop_key);
    if (Body === undefined) continue;
    await target.s3.send(new PutObjectCommand({ Bucket: target.deployment.bucket, Key: key, Body }));
    sent.push(key);
  }
  return sent;
}
