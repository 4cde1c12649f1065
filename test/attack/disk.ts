import { PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestAccount } from '../support/test-account.ts';
import type { Attempts } from './attempts.ts';

const run = promisify(execFile);
const SIZE_MB = 16;

/** A small disk that fills up, and one that cannot be written. Says why if it cannot be tried here. */
export async function attackDisk(root: string, attempts: Attempts): Promise<string | undefined> {
  const disk = join(root, 'disk');
  await mkdir(disk);
  const mounted = await mount(disk, `size=${SIZE_MB}m`).catch((error: unknown) => error);
  if (mounted instanceof Error) return `no small and no read-only disk was tried, because mount is not allowed here`;
  const dataDir = join(disk, 'data');
  try {
    const kept: string[] = [];
    await attempts.harm('a disk that fills up', () => fillUp(dataDir, kept));
    await attempts.harm('a start on a full disk', () => startsOrSaysWhy(dataDir, kept, 'No space left|ENOSPC'));
    await mount(disk, `remount,size=${4 * SIZE_MB}m`);
    await attempts.harm('a start after room was made', () => startsOrSaysWhy(dataDir, kept));
    await mount(disk, 'remount,ro');
    await attempts.harm('a start on a read-only disk', () => startsOrSaysWhy(dataDir, kept, 'EROFS|Read-only'));
    await mount(disk, 'remount,rw');
    await attempts.harm('a start after it can be written again', () => startsOrSaysWhy(dataDir, kept));
  } finally {
    await run('umount', [disk]);
  }
  return undefined;
}

const mount = (folder: string, options: string) => run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);

/** Uploads until the disk is full. What was acknowledged goes into `kept`. */
async function fillUp(dataDir: string, kept: string[]): Promise<string | undefined> {
  const account = await startTestAccount({ dataDir });
  try {
    for (let number = 0; number < 4 * SIZE_MB; number += 1) {
      const Key = `kept/${number}`;
      const put = new PutObjectCommand({ Bucket: account.deployment.bucket, Key, Body: Buffer.alloc(2 ** 19, number) });
      const failed = await account.s3.send(put).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failed) return undefined;
      kept.push(Key);
    }
    return 'it never filled up';
  } finally {
    await account.close();
  }
}

/** Every acknowledged object is there, or the start says where, why and what to do. */
async function startsOrSaysWhy(dataDir: string, kept: readonly string[], why?: string): Promise<string | undefined> {
  let account;
  try {
    account = await startTestAccount({ dataDir });
  } catch (error) {
    const said = String(error);
    return why !== undefined && new RegExp(why).test(said) && said.includes(dataDir) && said.includes('--data')
      ? undefined
      : said;
  }
  try {
    for (const [number, Key] of kept.entries()) {
      const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: account.deployment.bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      if (!bytes.equals(Buffer.alloc(2 ** 19, number))) return `${Key} is not what was uploaded`;
    }
    return undefined;
  } finally {
    await account.close();
  }
}
