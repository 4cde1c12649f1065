import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesis.ts';

/** Set by the global setup of a test run. Processes that a test starts inherit it. */
const VARIABLE = 'TEST_STACK_FOLDER';

/** The stack as it is deployed by default, synthesized once for all test files. Embedded accounts start from it. */
export function stackFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error(`No stack is synthesized: ${VARIABLE} is not set.`);
  return folder;
}

/** Synthesizes the stack for stackFolder(). */
export async function provideStack(): Promise<{ remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'rollcall-stack-'));
  process.env[VARIABLE] = await synthesize(root);
  return { remove: () => rm(root, { recursive: true, force: true }) };
}

export interface PreparedStack {
  /** For whatever else belongs to the test. remove() deletes it with all that is in it. */
  readonly root: string;
  /** For embedded accounts to start from. */
  readonly stack: string;
  /** For the answers of a caching engine. */
  readonly faces: string;
  remove(): Promise<void>;
}

/** Synthesizes a stack of its own, with the changes that a test of failures needs. */
export async function prepareStack(changes: StackChanges = {}): Promise<PreparedStack> {
  const root = await mkdtemp(join(tmpdir(), 'rollcall-faults-'));
  const stack = await synthesize(root, {
    ROLLCALL_FACE_CONCURRENCY: String(changes.faceConcurrency ?? 5),
    ...(changes.searchBy && { ROLLCALL_SEARCH_BY: changes.searchBy }),
    ROLLCALL_DASHBOARD: String(changes.dashboard ?? false),
  });
  const file = join(stack, 'cdk.tf.json');
  const changed = (name: string, value: unknown) => {
    if (name === 'timeout') return changes.functionSeconds ?? value;
    return name === 'maximum_retry_attempts' ? (changes.deliveries ?? value) : value;
  };
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'), changed)));
  return { root, stack, faces: join(root, 'faces'), remove: () => rm(root, { recursive: true, force: true }) };
}

interface StackChanges {
  /** Timeout of every function. */
  readonly functionSeconds?: number;
  /** Attempts of EventBridge before an event goes to the dead-letter queue. */
  readonly deliveries?: number;
  readonly faceConcurrency?: number;
  readonly searchBy?: 'users';
  /** With the dashboard that AWS gets. */
  readonly dashboard?: boolean;
}
