import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LambdaFunction } from '../../../local/lambda/lambda.ts';

export const region = 'eu-west-1';
export const accountId = '123456789012';

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** Bundles in a folder of the project, so that their imports resolve as those of the real ones do. */
export async function bundleFolder(): Promise<string> {
  const cache = join(import.meta.dirname, '../../../node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return mkdtemp(join(cache, 'rollcall-bundles-'));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Writes a bundle and declares its function. */
export async function aFunction(
  root: string,
  name: string,
  code: string,
  overrides: Partial<LambdaFunction> = {},
): Promise<LambdaFunction> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.mjs'), code);
  const basics = { name, folder, arn: functionArn(name), handler: 'index.handler', env: {} };
  return { ...basics, timeoutSeconds: 30, memoryMb: 256, ...overrides };
}
