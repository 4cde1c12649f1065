import { isDeepStrictEqual } from 'node:util';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import type { ReplayResult } from './replay.ts';
import { replaceTexts } from './initial-state.ts';

/** Something that went otherwise than it was recorded. */
export interface Difference {
  readonly what: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

export function differences(recorded: Case, replayed: ReplayResult): Difference[] {
  const { status, error } = recorded.end;
  return [
    ...difference('end', { status, ...(error === undefined ? {} : { error }) }, replayed.end),
    ...difference('path', recorded.path, replayed.path),
    ...outcomes(recorded, replayed),
  ];
}

/** What each attempt gave, one after the other in each place. */
function outcomes(recorded: Case, replayed: ReplayResult): Difference[] {
  const places = (tasks: readonly RecordedTask[]) =>
    Map.groupBy(tasks, ({ state, item }) => (item === undefined ? state : `${item}/${state}`));
  const [then, now] = [places(asReplayed(recorded)), places(replayed.attempts)];
  return [...new Set([...then.keys(), ...now.keys()])].flatMap((place) =>
    difference(place, then.get(place)?.map(outcome), now.get(place)?.map(outcome)),
  );
}

/** A trace of the stack and the id of an event are other ones each time. */
function outcome({ result, error }: RecordedTask): unknown {
  if (error) return error.name;
  return typeof result === 'object' && result !== null && 'FailedEntryCount' in result ? 'announced' : result;
}

function asReplayed({ tasks }: Case): readonly RecordedTask[] {
  const arns = new Set(JSON.stringify(tasks).match(/arn:aws:states:[^"\\]+:execution:[^"\\]+/g));
  return replaceTexts(
    tasks,
    [...arns].map((arn) => [arn, 'this execution'] as const),
  );
}

function difference(what: string, recorded: unknown, replayed: unknown): Difference[] {
  return isDeepStrictEqual(recorded, replayed) ? [] : [{ what, recorded, replayed }];
}
