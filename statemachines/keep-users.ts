import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES } from './retries.ts';

/** Makes a Rekognition user of everybody who is enrolled, as searchBy: users needs it. */
export function keepUsersMachine({ functions }: CallableArns): Machine {
  return machine({
    Comment: 'Makes a Rekognition user of everybody who is enrolled',
    StartAt: 'AssociateFaces',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      AssociateFaces: {
        Type: 'Task',
        Resource: functions['associate-faces'],
        Parameters: { asked: { 'from.$': '$.from', 'users.$': '$.users' } },
        ResultPath: '$',
        TimeoutSeconds: 120,
        Retry: RETRIES,
        Next: 'MorePeople?',
      },
      'MorePeople?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.more', BooleanEquals: true, Next: 'AssociateFaces' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  });
}
