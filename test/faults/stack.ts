import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesis.ts';

export interface Folders {
  /** Removed with all that is in it when everything is over. */
  readonly root: string;
  /** For accounts to start from. */
  readonly stack: string;
  /** Of the remembering engine. */
  readonly faces: string;
  remove(): Promise<void>;
}

/** Synthesizes the stack once for many accounts, and then makes the changes that a test of failures needs. */
export async function prepareStack(patience: Patience = {}): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'rollcall-faults-'));
  const stack = await synthesize(root, { ROLLCALL_FACE_CONCURRENCY: String(patience.faceConcurrency ?? 5) });
  const file = join(stack, 'cdk.tf.json');
  const shorten = (name: string, value: unknown) => {
    if (name === 'timeout') return patience.functionSeconds ?? value;
    return name === 'maximum_retry_attempts' ? (patience.deliveries ?? value) : value;
  };
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'), shorten)));
  return { root, stack, faces: join(root, 'faces'), remove: () => rm(root, { recursive: true, force: true }) };
}

interface Patience {
  /** Before a function is said to have timed out. */
  readonly functionSeconds?: number;
  /** Attempts of EventBridge before an event is a dead letter. */
  readonly deliveries?: number;
  readonly faceConcurrency?: number;
}
