import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RecordedCall } from '../schemas/case.ts';

/** One line of a record: a call, and which invocation of a function made it. */
export interface CallLogEntry {
  readonly trace: string;
  readonly function: string;
  /** SHA-256 of the JSON text that the function was invoked with: the history of the execution has the same text. */
  readonly input: string;
  readonly call: RecordedCall;
}

/** Where the calls of all executions are kept. */
export const callLogFolder = (dataDir: string) => join(dataDir, 'calls');

/** Where those of one are. */
export const callLogFile = (dataDir: string, executionArn: string) =>
  join(callLogFolder(dataDir), `${sha256(executionArn).slice(0, 32)}.jsonl`);

export const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
