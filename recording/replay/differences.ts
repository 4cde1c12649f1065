import { isDeepStrictEqual } from 'node:util';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import { replaceTexts } from '../replace-texts.ts';
import { stateKey, THIS_EXECUTION, withoutTimes, type ReplayResult } from './replay.ts';

export interface Difference {
  /** `end`, `path`, or the state whose attempts ended differently. */
  readonly what: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

export function differences(recorded: Case, replayed: ReplayResult): Difference[] {
  const { status, error } = recorded.end;
  return [
    ...difference('end', { status, ...(error === undefined ? {} : { error }) }, replayed.end),
    ...difference('path', recorded.path, replayed.path),
    ...differentAttempts(recorded, replayed),
  ];
}

function differentAttempts(recorded: Case, replayed: ReplayResult): Difference[] {
  const before = Map.groupBy(withoutTimes(withoutExecutionArns(recorded.tasks)), stateKey);
  const after = Map.groupBy(replayed.attempts, stateKey);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((state) =>
    difference(state, before.get(state)?.map(comparableOutcome), after.get(state)?.map(comparableOutcome)),
  );
}

/** Without causes, which hold stack traces, and without ids of events: both are different in each run. */
function comparableOutcome({ result, error }: RecordedTask): unknown {
  if (error) return error.name;
  return typeof result === 'object' && result !== null && 'FailedEntryCount' in result ? 'announced' : result;
}

function withoutExecutionArns(tasks: readonly RecordedTask[]): readonly RecordedTask[] {
  const arns = new Set(JSON.stringify(tasks).match(/arn:[^:]+:states:[^"\\]+:execution:[^"\\]+/g));
  return replaceTexts(
    tasks,
    [...arns].map((arn) => [arn, THIS_EXECUTION] as const),
  );
}

function difference(what: string, recorded: unknown, replayed: unknown): Difference[] {
  return isDeepStrictEqual(recorded, replayed) ? [] : [{ what, recorded, replayed }];
}
