import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedCall } from '../schemas/case.ts';
import { sha256 } from './sha256.ts';

/** One line of a call log: a call, and which invocation of a function made it. */
export interface CallLogEntry {
  readonly trace: string;
  readonly function: string;
  /** SHA-256 of the JSON text that the function was invoked with. The execution's history has the same text. */
  readonly input: string;
  readonly call: RecordedCall;
}

/** The call logs of all executions. */
export const callLogFolder = (dataDir: string) => join(dataDir, 'calls');

/** The call log of one execution, as JSON lines. */
export const callLogFile = (dataDir: string, executionArn: string) =>
  join(callLogFolder(dataDir), `${sha256(executionArn).slice(0, 32)}.jsonl`);

/** One invocation of a function with its calls in order. */
export interface LoggedInvocation extends Omit<CallLogEntry, 'call' | 'trace'> {
  readonly calls: RecordedCall[];
}

/** The invocations of an execution in order; none where no calls were recorded. */
export async function readCallLog(dataDir: string, executionArn: string): Promise<LoggedInvocation[]> {
  const text = await readFile(callLogFile(dataDir, executionArn), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const invocations = new Map<string, LoggedInvocation>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { trace, call, ...invoked } = JSON.parse(line) as CallLogEntry;
    const invocation = invocations.get(trace) ?? { ...invoked, calls: [] };
    invocation.calls.push(call);
    invocations.set(trace, invocation);
  }
  return [...invocations.values()];
}
