import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Target } from './target.ts';

/** Reads a small object of the bucket as text. */
export async function readText({ s3, deployment }: Target, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}
