import { GetObjectCommand } from '@aws-sdk/client-s3';
import type * as z from 'zod';
import type { Target } from './target.ts';

/** Reads a small object of the bucket as text. */
export const readText = async (target: Target, key: string): Promise<string> =>
  (await readObject(target, key)).toString();

/** Reads an object of the bucket: this version, or the newest. */
export async function readObject(target: Target, Key: string, VersionId?: string): Promise<Buffer> {
  if (target.readObject) return target.readObject(Key, VersionId);
  const { s3, deployment } = target;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key, VersionId }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** The same for an object that somebody may have deleted. */
export const readIfThere = (target: Target, key: string): Promise<Buffer | undefined> =>
  readObject(target, key).catch((error: Error) => {
    if (error.name === 'NoSuchKey') return undefined;
    throw error;
  });

/** The same for JSON. */
export async function readJsonIfThere<Schema extends z.ZodType>(
  target: Target,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const bytes = await readIfThere(target, key);
  return bytes && schema.parse(JSON.parse(bytes.toString()));
}
