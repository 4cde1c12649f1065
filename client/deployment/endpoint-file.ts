import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Deployment } from '../../schemas/deployment.ts';

const Endpoint = z.object({
  url: z.url(),
  region: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  pid: z.int(),
});
type Endpoint = z.infer<typeof Endpoint>;

const Account = Endpoint.extend({ deployment: Deployment });

/** `rollcall rekognition` writes it, as the embedded account writes account.json. */
export const REKOGNITION_FILE = 'rekognition.json';

/** The embedded account that runs on this data folder. */
export const readAccount = (data: string) => readIfAlive(join(data, 'account.json'), Account);

/** The Rekognition server that runs on this data folder. */
export const readRekognition = (data: string) => readIfAlive(join(data, REKOGNITION_FILE), Endpoint);

/** A process that was killed leaves its file behind, which counts as nothing. */
async function readIfAlive<T extends Endpoint>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { success, data } = schema.safeParse(JSON.parse(text));
  return success && isAlive(data.pid) ? data : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
