import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import { applyDecisions, recordDecisions } from './decide.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES } from './retries.ts';

/** Searches the faces again that were not decided by hand, against those who were enrolled since. */
export function reRecognizeMachine({ functions }: CallableArns): Machine {
  return machine({
    Comment:
      'Searches faces again that were not decided by hand: those that match somebody else by now are named, as one batch of decisions',
    StartAt: 'FindUnknown',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      FindUnknown: {
        Type: 'Task',
        Resource: functions['find-unknown'],
        Parameters: {
          'bucket.$': '$.bucket',
          'batch.$': '$.batch',
          'since.$': '$.since',
          'unknown_only.$': '$.unknown_only',
        },
        ResultPath: '$.searched',
        TimeoutSeconds: 300,
        Retry: RETRIES,
        Next: 'MoreFaces?',
      },
      'MoreFaces?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.searched.more', BooleanEquals: true, Next: 'SearchUnknown' }],
        Default: 'Done',
      },
      SearchUnknown: {
        Type: 'Task',
        Resource: functions['search-unknown'],
        Parameters: {
          'bucket.$': '$.bucket',
          'batch.$': '$.batch',
          'by.$': '$.by',
          'timestamp.$': '$.timestamp',
          'person_id.$': '$.person_id',
          'from.$': '$.searched.next',
          'slots.$': '$.searched.slots',
        },
        ResultPath: '$.searched',
        TimeoutSeconds: 300,
        Retry: RETRIES,
        Next: 'Searched?',
      },
      'Searched?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.searched.wait_until', IsPresent: true, Next: 'WaitToSearch' },
          { Variable: '$.searched.found', BooleanEquals: true, Next: 'RecordDecisions' },
        ],
        Default: 'MoreFaces?',
      },
      WaitToSearch: { Type: 'Wait', TimestampPath: '$.searched.wait_until', Next: 'SearchUnknown' },
      RecordDecisions: { ...recordDecisions(functions, '$.searched.file'), Next: 'MorePhotos?' },
      'MorePhotos?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.applied.more', BooleanEquals: true, Next: 'ApplyDecisions' }],
        Default: 'MoreFaces?',
      },
      ApplyDecisions: { ...applyDecisions(functions, '$.searched.file'), Next: 'MorePhotos?' },
      Done: { Type: 'Succeed' },
    },
  });
}
