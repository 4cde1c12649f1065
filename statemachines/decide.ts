import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { photoUnderWay, RETRIES } from './retries.ts';

/** Records a batch of decisions, work/decisions/<batch>.json, and brings the photos in line with them. */
export function decideMachine({ functions }: CallableArns): Machine {
  return machine({
    Comment: 'What people decide about faces: work/decisions/<batch>.json to FaceRecognitionDecisions, rows and JSON',
    StartAt: 'RecordDecisions',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      RecordDecisions: { ...recordDecisions(functions, '$.batch'), Next: 'MorePhotos?' },
      ApplyDecisions: { ...applyDecisions(functions, '$.batch'), Next: 'MorePhotos?' },
      'MorePhotos?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.applied.withdraw', IsPresent: true, Next: 'WithdrawPortraits' },
          { Variable: '$.applied.more', BooleanEquals: true, Next: 'ApplyDecisions' },
        ],
        Default: 'Portraits?',
      },
      WithdrawPortraits: {
        Type: 'Task',
        Resource: functions['withdraw-portraits'],
        Parameters: {
          'bucket.$': '$.bucket',
          'keys.$': '$.applied.withdraw',
          'next.$': '$.applied.next',
          'more.$': '$.applied.more',
        },
        ResultPath: '$.applied',
        TimeoutSeconds: 60,
        Retry: RETRIES,
        Next: 'MorePhotos?',
      },
      'Portraits?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.portraits', IsPresent: true, Next: 'MorePortraits?' }],
        Default: 'Done',
      },
      'MorePortraits?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.portraits.more', BooleanEquals: true, Next: 'MovePortrait' }],
        Default: 'Done',
      },
      MovePortrait: {
        Type: 'Task',
        Resource: functions['move-portrait'],
        Parameters: { 'bucket.$': '$.bucket', 'batch.$': '$.batch', 'from.$': '$.portraits.next' },
        ResultPath: '$.portraits',
        TimeoutSeconds: 60,
        Retry: [photoUnderWay, ...RETRIES],
        Next: 'MorePortraits?',
      },
      Done: { Type: 'Succeed' },
    },
  });
}

/** `batch` is the path of the id of the batch's file. */
export const recordDecisions = (functions: CallableArns['functions'], batch: string) =>
  ({
    Type: 'Task',
    Resource: functions['record-decisions'],
    Parameters: { 'bucket.$': '$.bucket', 'batch.$': batch },
    ResultPath: '$.applied',
    TimeoutSeconds: 300,
    Retry: RETRIES,
  }) as const;

export const applyDecisions = (functions: CallableArns['functions'], batch: string) =>
  ({
    Type: 'Task',
    Resource: functions['apply-decisions'],
    Parameters: { 'bucket.$': '$.bucket', 'batch.$': batch, 'from.$': '$.applied.next' },
    ResultPath: '$.applied',
    TimeoutSeconds: 300,
    Retry: [photoUnderWay, ...RETRIES],
  }) as const;
