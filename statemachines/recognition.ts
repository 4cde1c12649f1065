import type { Config } from '../schemas/config.ts';
import { IMAGE_FAULTS } from '../schemas/errors.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { ratesOf, type QuotaSettings } from '../schemas/quotas.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES, RETRIES_OF_A_START, slotMissed } from './retries.ts';

export type RecognitionSettings = QuotaSettings & Pick<Config, 'faceConcurrency'>;

/**
 * Only faults of the picture are caught. Any other error fails the execution at its Task, where a redrive continues.
 */
export function recognitionMachine({ functions, putEvents }: CallableArns, settings: RecognitionSettings): Machine {
  const rejected = [{ ErrorEquals: IMAGE_FAULTS, ResultPath: '$.error', Next: 'RejectImage' }] as const;

  return machine({
    Comment: 'Who is in one photo: input/<photo> to FaceRecognitionResults and processed/<photo>.json',
    StartAt: 'LoadImage',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      LoadImage: {
        Type: 'Task',
        Resource: functions['load-image'],
        Parameters: { 'time.$': '$.time', 'detail.$': '$.detail', 'execution_arn.$': '$$.Execution.Id' },
        ResultPath: '$.loaded',
        TimeoutSeconds: 90,
        Retry: RETRIES_OF_A_START,
        Catch: rejected,
        Next: 'AlreadyDone?',
      },
      'AlreadyDone?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.loaded.wait_until', IsPresent: true, Next: 'WaitToDetect' },
          { Variable: '$.loaded.proceed', BooleanEquals: true, Next: 'DetectFaces' },
        ],
        Default: 'Done',
      },
      WaitToDetect: { Type: 'Wait', TimestampPath: '$.loaded.wait_until', Next: 'DetectFaces' },
      DetectFaces: {
        Type: 'Task',
        Resource: functions['detect-faces'],
        Parameters: { 'photo.$': '$.loaded.photo', 'detect_at.$': '$.loaded.detect_at' },
        ResultPath: '$.detected',
        TimeoutSeconds: 90,
        Retry: RETRIES,
        Catch: [...rejected, slotMissed('LoadImage')],
        Next: 'AnyFaces?',
      },
      'AnyFaces?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.detected.count', NumericEquals: 0, Next: 'WriteProcessed' },
          { Variable: '$.detected.wait_until', IsPresent: true, Next: 'WaitToSearch' },
        ],
        Default: 'EachFace',
      },
      WaitToSearch: { Type: 'Wait', TimestampPath: '$.detected.wait_until', Next: 'EachFace' },
      EachFace: {
        Type: 'Map',
        ItemsPath: '$.detected.faces',
        ItemSelector: { 'photo.$': '$.loaded.photo', 'face.$': '$$.Map.Item.Value', search: {} },
        MaxConcurrency: searchesAtOnce(settings),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          ...machine({
            StartAt: 'SearchFace',
            States: {
              SearchFace: {
                Type: 'Task',
                Resource: functions['search-face'],
                Parameters: { 'photo.$': '$.photo', 'face.$': '$.face', 'postponed.$': '$.search' },
                ResultPath: '$.search',
                TimeoutSeconds: 60,
                Retry: RETRIES,
                Next: 'PersistFace',
              },
              PersistFace: {
                Type: 'Task',
                Resource: functions['persist-face'],
                Parameters: { 'photo.$': '$.photo', 'face.$': '$.face', 'search.$': '$.search' },
                ResultPath: '$',
                TimeoutSeconds: 30,
                Retry: RETRIES,
                // The search was postponed. A Choice before this state would be a transition more for every face.
                Catch: [slotMissed('WaitForSearch')],
                End: true,
              },
              WaitForSearch: { Type: 'Wait', TimestampPath: '$.search.wait_until', Next: 'SearchFace' },
            },
          }),
        },
        ResultPath: null,
        Next: 'WriteProcessed',
      },
      WriteProcessed: {
        Type: 'Task',
        Resource: functions['write-processed'],
        Parameters: {
          'photo.$': '$.loaded.photo',
          'details_key.$': '$.detected.details_key',
          'face_count.$': '$.detected.count',
        },
        ResultPath: '$.processed',
        TimeoutSeconds: 60,
        Retry: RETRIES,
        Next: 'Superseded?',
      },
      'Superseded?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.processed.status', StringEquals: 'SUPERSEDED', Next: 'Done' }],
        Default: 'Announce',
      },
      Announce: announce(putEvents, 'Photo Processed', '$.processed', 'Done'),
      Done: { Type: 'Succeed' },
      RejectImage: {
        Type: 'Task',
        Resource: functions['reject-image'],
        Parameters: {
          'time.$': '$.time',
          'detail.$': '$.detail',
          'error.$': '$.error',
          'execution_arn.$': '$$.Execution.Id',
        },
        ResultPath: '$.processed',
        TimeoutSeconds: 30,
        Retry: RETRIES,
        Next: 'RejectionSuperseded?',
      },
      'RejectionSuperseded?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.processed.status', StringEquals: 'SUPERSEDED', Next: 'Done' }],
        Default: 'AnnounceRejected',
      },
      AnnounceRejected: announce(putEvents, 'Photo Rejected', '$.processed', 'Rejected'),
      Rejected: { Type: 'Succeed' },
    },
  });
}

/** More searches at once would only wait for their slots, while their functions are billed. */
const searchesAtOnce = (settings: RecognitionSettings) =>
  Math.min(settings.faceConcurrency, Math.ceil(ratesOf(settings).SearchFacesByImage));

/** Puts an event on the default bus. */
function announce<const Next extends string>(putEvents: string, detailType: string, path: string, next: Next) {
  return {
    Type: 'Task',
    Resource: putEvents,
    Parameters: { Entries: [{ Source: 'rollcall', DetailType: detailType, 'Detail.$': path }] },
    ResultPath: null,
    TimeoutSeconds: 30,
    Retry: [
      {
        ErrorEquals: [
          'EventBridge.FailedEntry',
          'EventBridge.InternalException',
          'EventBridge.ThrottlingException',
          // What the integration has no name for.
          'States.TaskFailed',
          'States.Timeout',
        ],
        IntervalSeconds: 1,
        MaxAttempts: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 20,
        JitterStrategy: 'FULL',
      },
    ],
    Next: next,
  } as const;
}
