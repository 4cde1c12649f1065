import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES } from './retries.ts';

/** Groups the faces that nobody is named for. Each paid call is made in a slot of the bulk lane. */
export function groupUnknownMachine({ functions }: CallableArns): Machine {
  return machine({
    Comment:
      'Compares the faces that nobody is named for with each other, and groups those that are probably one person',
    StartAt: 'CollectUnknown',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      CollectUnknown: {
        Type: 'Task',
        Resource: functions['collect-unknown'],
        Parameters: INPUT,
        ResultPath: '$.grouping',
        TimeoutSeconds: 300,
        Retry: RETRIES,
        Next: 'MoreToIndex?',
      },
      'MoreToIndex?': more('indexed', 'WaitToIndex', 'IndexUnknown', 'MoreToCompare?'),
      WaitToIndex: { Type: 'Wait', TimestampPath: '$.grouping.indexed.wait_until', Next: 'IndexUnknown' },
      IndexUnknown: turn(functions['index-unknown'], 'indexed', 'MoreToIndex?'),
      // All are indexed before the first is compared, so that each finds all others.
      'MoreToCompare?': more('compared', 'WaitToCompare', 'CompareUnknown', 'WriteGroups'),
      WaitToCompare: { Type: 'Wait', TimestampPath: '$.grouping.compared.wait_until', Next: 'CompareUnknown' },
      CompareUnknown: turn(functions['compare-unknown'], 'compared', 'MoreToCompare?'),
      WriteGroups: {
        Type: 'Task',
        Resource: functions['write-groups'],
        Parameters: INPUT,
        ResultPath: '$.written',
        TimeoutSeconds: 300,
        Retry: RETRIES,
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  });
}

const INPUT = { 'bucket.$': '$.bucket', 'run.$': '$.run' };

type Part = 'indexed' | 'compared';

/** Some faces of one part. The function's time-out is short, because forgetting waits for no longer than that. */
const turn = <const Next extends string>(Resource: string, part: Part, Next: Next) =>
  ({
    Type: 'Task',
    Resource,
    Parameters: { ...INPUT, 'from.$': `$.grouping.${part}.next`, 'slots.$': `$.grouping.${part}.slots` },
    ResultPath: `$.grouping.${part}`,
    TimeoutSeconds: 90,
    Retry: RETRIES,
    Next,
  }) as const;

/** Calls the same task again, after a wait for its slots, until it says that it is through. */
const more = <const Wait extends string, const Same extends string, const Next extends string>(
  part: Part,
  wait: Wait,
  same: Same,
  next: Next,
) =>
  ({
    Type: 'Choice',
    Choices: [
      { Variable: `$.grouping.${part}.wait_until`, IsPresent: true, Next: wait },
      { Variable: `$.grouping.${part}.more`, BooleanEquals: true, Next: same },
    ],
    Default: next,
  }) as const;
