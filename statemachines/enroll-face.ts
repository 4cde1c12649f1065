import type { Config } from '../schemas/config.ts';
import { ENROLMENT_FAULTS, IMAGE_FAULTS } from '../schemas/errors.ts';
import { EXECUTION_TIMEOUT_SECONDS } from '../schemas/executions.ts';
import { machine, type Machine } from './asl.ts';
import type { CallableArns } from './registry.ts';
import { RETRIES, slotMissed } from './retries.ts';

/**
 * Enrols one person's face from one photo, enroll/<name>/<file>, in the collection and FaceRecognitionPeople. Where users
 * are searched, the face also goes to the person's user.
 */
export function enrollFaceMachine({ functions }: CallableArns, { searchBy }: Pick<Config, 'searchBy'>): Machine {
  const enrolling = enrollingMachine(functions);
  if (searchBy === 'faces') return enrolling;
  const { IndexFace } = enrolling.States;
  const States = {
    ...enrolling.States,
    IndexFace: { ...IndexFace, Next: 'AssociateFaces' },
    AssociateFaces: associateFaces(functions['associate-faces'], 'PersistPerson'),
  };
  return { ...enrolling, States };
}

function enrollingMachine(functions: CallableArns['functions']) {
  const refused = [
    { ErrorEquals: [...IMAGE_FAULTS, ...ENROLMENT_FAULTS], ResultPath: '$.error', Next: 'RefuseEnrolment' },
  ] as const;

  return machine({
    Comment: 'Enrols one face: enroll/<name>/<file> to the collection and FaceRecognitionPeople',
    StartAt: 'LoadEnrolment',
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    States: {
      LoadEnrolment: {
        Type: 'Task',
        Resource: functions['load-enrolment'],
        Parameters: { 'time.$': '$.time', 'detail.$': '$.detail', 'execution_arn.$': '$$.Execution.Id' },
        ResultPath: '$.loaded',
        TimeoutSeconds: 90,
        Retry: RETRIES,
        Catch: refused,
        Next: 'AlreadyEnrolled?',
      },
      'AlreadyEnrolled?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.loaded.wait_until', IsPresent: true, Next: 'WaitToEnrol' },
          { Variable: '$.loaded.proceed', BooleanEquals: true, Next: 'CheckEnrolment' },
        ],
        Default: 'Done',
      },
      WaitToEnrol: { Type: 'Wait', TimestampPath: '$.loaded.wait_until', Next: 'CheckEnrolment' },
      CheckEnrolment: {
        Type: 'Task',
        Resource: functions['check-enrolment'],
        Parameters: {
          'enrolment.$': '$.loaded.enrolment',
          'detect_at.$': '$.loaded.detect_at',
          'search_at.$': '$.loaded.search_at',
        },
        ResultPath: '$.checked',
        TimeoutSeconds: 60,
        Retry: RETRIES,
        Catch: [...refused, slotMissed('LoadEnrolment')],
        Next: 'IndexFace',
      },
      IndexFace: {
        Type: 'Task',
        Resource: functions['index-face'],
        Parameters: {
          'enrolment.$': '$.loaded.enrolment',
          'face.$': '$.checked.face',
          'picture.$': '$.checked.picture',
          'index_at.$': '$.loaded.index_at',
        },
        ResultPath: '$.indexed',
        TimeoutSeconds: 60,
        Retry: RETRIES,
        Catch: [...refused, slotMissed('LoadEnrolment')],
        Next: 'PersistPerson',
      },
      PersistPerson: {
        Type: 'Task',
        Resource: functions['persist-person'],
        Parameters: { 'enrolment.$': '$.loaded.enrolment', 'face_id.$': '$.indexed.face_id' },
        ResultPath: '$.ended',
        TimeoutSeconds: 30,
        Retry: RETRIES,
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
      RefuseEnrolment: {
        Type: 'Task',
        Resource: functions['refuse-enrolment'],
        Parameters: {
          'time.$': '$.time',
          'detail.$': '$.detail',
          'error.$': '$.error',
          'execution_arn.$': '$$.Execution.Id',
        },
        ResultPath: '$.ended',
        TimeoutSeconds: 30,
        Retry: RETRIES,
        Next: 'Refused',
      },
      Refused: { Type: 'Succeed' },
    },
  });
}

/** Before the person is persisted, so that whoever is told of the enrolment finds the person in a photo. */
const associateFaces = <const Next extends string>(Resource: string, Next: Next) =>
  ({
    Type: 'Task',
    Resource,
    Parameters: { asked: { 'person_id.$': '$.loaded.enrolment.person_id' } },
    ResultPath: null,
    TimeoutSeconds: 120,
    Retry: RETRIES,
    Next,
  }) as const;
