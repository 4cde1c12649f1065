import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES } from './retries.ts';

/**
 * Removes everything about one person, or about faces that nobody is named for, and reads it all back, or does only the
 * latter. Each task does a part of its work a call and is called
 * until it is through. Nothing is caught: after a failure the machine is redriven, or started again.
 */
export function forgetPersonMachine({ functions }: CallableArns): Machine {
  return machine({
    Comment: 'Forgets one person: vectors, portraits, rows, names, crops and files, then reads everything back',
    StartAt: 'BeginForgetting',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      BeginForgetting: {
        Type: 'Task',
        Resource: functions['begin-forgetting'],
        Parameters: { 'asked.$': '$' },
        ResultPath: '$',
        TimeoutSeconds: 30,
        Retry: RETRIES,
        Next: 'WhatToForget?',
      },
      'WhatToForget?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.forgetting.only_verify', IsPresent: true, Next: 'VerifyForgotten' },
          { Variable: '$.forgetting.unknown_before', IsPresent: true, Next: 'ExpireFaces' },
        ],
        Default: 'ForgetVectors',
      },
      // First, so that nobody is taken for the person any more.
      ForgetVectors: turn(functions['forget-vectors'], 'MoreVectors?'),
      'MoreVectors?': more('ForgetVectors', 'ForgetUnknown'),
      // Before the faces are made unknown: until then their rows tell that they were named.
      ForgetUnknown: turn(functions['forget-unknown'], 'MoreUnknown?'),
      'MoreUnknown?': more('ForgetUnknown', 'ForgetFaces'),
      ForgetFaces: turn(functions['forget-faces'], 'MoreFaces?'),
      'MoreFaces?': more('ForgetFaces', 'ForgetDeadLetters'),
      ForgetDeadLetters: turn(functions['forget-dead-letters'], 'MoreDeadLetters?'),
      'MoreDeadLetters?': more('ForgetDeadLetters', 'ForgetObjects'),
      ForgetObjects: turn(functions['forget-objects'], 'MoreObjects?'),
      'MoreObjects?': more('ForgetObjects', 'ForgetPersonRows'),
      // Last, because the rows tell of the rest.
      ForgetPersonRows: turn(functions['forget-person-rows'], 'MorePersonRows?'),
      'MorePersonRows?': more('ForgetPersonRows', 'VerifyForgotten'),
      ExpireFaces: turn(functions['expire-faces'], 'MoreExpired?'),
      'MoreExpired?': more('ExpireFaces', 'ForgetExpiredVectors'),
      ForgetExpiredVectors: turn(functions['forget-unknown'], 'MoreExpiredVectors?'),
      'MoreExpiredVectors?': more('ForgetExpiredVectors', 'VerifyForgotten'),
      VerifyForgotten: turn(functions['verify-forgotten'], 'Forgotten?'),
      'Forgotten?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.progress.cursor', IsPresent: true, Next: 'VerifyForgotten' },
          { Variable: '$.progress.wait_until', IsPresent: true, Next: 'WaitForOthers' },
          { Variable: '$.forgetting.only_verify', IsPresent: true, Next: 'Done' },
        ],
        Default: 'WriteReceipt',
      },
      // Until tasks of other executions have ended that began before the person was forgotten.
      WaitForOthers: { Type: 'Wait', TimestampPath: '$.progress.wait_until', Next: 'WhatToForget?' },
      WriteReceipt: {
        Type: 'Task',
        Resource: functions['write-receipt'],
        Parameters: INPUT,
        ResultPath: '$',
        TimeoutSeconds: 30,
        Retry: RETRIES,
        Next: 'UntilNextSecond',
      },
      // S3 tells the time of an upload in whole seconds. What is uploaded in the second of the end is refused, because it
      // may be older: whoever waits for the end of the execution can upload at once.
      UntilNextSecond: { Type: 'Wait', Seconds: 1, Next: 'Done' },
      Done: { Type: 'Succeed' },
    },
  });
}

const INPUT = { 'forgetting.$': '$.forgetting', 'progress.$': '$.progress' };

const turn = <const Next extends string>(Resource: string, Next: Next) =>
  ({
    Type: 'Task',
    Resource,
    Parameters: INPUT,
    ResultPath: '$.progress',
    TimeoutSeconds: 120,
    Retry: RETRIES,
    Next,
  }) as const;

/** Calls the same task again until it says that it is through. */
const more = <const Same extends string, const Next extends string>(same: Same, next: Next) =>
  ({
    Type: 'Choice',
    Choices: [{ Variable: '$.progress.cursor', IsPresent: true, Next: same }],
    Default: next,
  }) as const;
