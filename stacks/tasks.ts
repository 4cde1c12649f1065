import type { TaskName } from '../schemas/tasks.ts';
import { allow, type Statement } from './policy.ts';

/** ARNs of what the tasks work on. */
export interface Estate {
  readonly bucket: string;
  readonly results: string;
  readonly people: string;
  readonly collection: string;
  /** Of both machines. */
  readonly executions: readonly string[];
  /** The queue of events about failures that were not recorded. */
  readonly unrecorded: string;
}

/** What a task reads from its environment, beyond what all of them read. */
export type Variable =
  | 'RESULTS_TABLE'
  | 'PEOPLE_TABLE'
  | 'COLLECTION_ID'
  | 'FACE_MATCH_THRESHOLD'
  | 'MIN_FACE_PIXELS'
  | 'PIPELINE_VERSION';

export interface TaskSettings {
  readonly memoryMb: number;
  /** Just under the state's own time-out, so that the function's end is what Step Functions sees. */
  readonly timeoutSeconds: number;
  readonly variables: readonly Variable[];
  /** The exact calls it makes. */
  readonly grants: (on: Estate) => readonly Statement[];
}

/** Decoding a large photo takes memory, and Lambda gives processors by memory. */
const PIXELS = 2048;
const CALLS = 512;

type Prefix = 'input' | 'enroll' | 'work' | 'faces' | 'processed';

const under = (bucket: string, prefixes: readonly Prefix[]) => prefixes.map((prefix) => `${bucket}/${prefix}/*`);
/** A photo is read as the version that its event names. */
const readVersion = (bucket: string, prefix: Prefix) =>
  allow(['s3:GetObject', 's3:GetObjectVersion'], under(bucket, [prefix]));
const read = (bucket: string, ...prefixes: Prefix[]) => allow(['s3:GetObject'], under(bucket, prefixes));
const write = (bucket: string, prefix: Prefix) => allow(['s3:PutObject'], under(bucket, [prefix]));

/** A crop goes with the row that led to it. */
const removeCrops = (bucket: string) => allow(['s3:DeleteObject'], under(bucket, ['faces']));

/** For a key that may not be there: without it S3 answers 403 and not 404. It takes the key for the prefix asked for. */
const seek = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:ListBucket'], [bucket], { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}/*`) } });

/** Detection has no resource in IAM; Rekognition reads the picture with the caller's own rights. */
const detect = allow(['rekognition:DetectFaces'], ['*']);

export const TASKS: Readonly<Record<TaskName, TaskSettings>> = {
  'load-image': {
    memoryMb: PIXELS,
    timeoutSeconds: 85,
    variables: ['RESULTS_TABLE'],
    grants: ({ bucket, results }) => [
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [results]),
      readVersion(bucket, 'input'),
      seek(bucket, 'input'),
      write(bucket, 'work'),
    ],
  },
  'detect-faces': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    variables: [],
    grants: ({ bucket }) => [
      detect,
      readVersion(bucket, 'input'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'crop-faces': {
    memoryMb: PIXELS,
    timeoutSeconds: 85,
    variables: [],
    grants: ({ bucket }) => [readVersion(bucket, 'input'), read(bucket, 'work'), write(bucket, 'faces')],
  },
  'search-face': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    variables: ['COLLECTION_ID', 'FACE_MATCH_THRESHOLD', 'MIN_FACE_PIXELS'],
    grants: ({ bucket, collection }) => [
      allow(['rekognition:DescribeCollection', 'rekognition:SearchFacesByImage'], [collection]),
      read(bucket, 'faces', 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'persist-face': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['RESULTS_TABLE', 'PEOPLE_TABLE'],
    grants: ({ bucket, results, people }) => [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [results]),
      allow(['dynamodb:GetItem'], [people]),
      removeCrops(bucket),
    ],
  },
  'write-processed': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    variables: ['RESULTS_TABLE', 'PIPELINE_VERSION'],
    grants: ({ bucket, results }) => [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [results]),
      read(bucket, 'work', 'processed'),
      seek(bucket, 'work', 'processed'),
      write(bucket, 'processed'),
      removeCrops(bucket),
    ],
  },
  'reject-image': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['RESULTS_TABLE', 'PIPELINE_VERSION'],
    grants: ({ bucket, results }) => [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [results]),
      read(bucket, 'processed'),
      seek(bucket, 'processed'),
      write(bucket, 'processed'),
      removeCrops(bucket),
    ],
  },
  'load-enrolment': {
    memoryMb: PIXELS,
    timeoutSeconds: 85,
    variables: ['PEOPLE_TABLE'],
    grants: ({ bucket, people }) => [
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [people]),
      readVersion(bucket, 'enroll'),
      seek(bucket, 'enroll'),
      write(bucket, 'work'),
    ],
  },
  'check-enrolment': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    variables: ['MIN_FACE_PIXELS'],
    grants: ({ bucket }) => [
      detect,
      readVersion(bucket, 'enroll'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'index-face': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    variables: ['COLLECTION_ID'],
    grants: ({ bucket, collection }) => [
      allow(['rekognition:IndexFaces'], [collection]),
      readVersion(bucket, 'enroll'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'persist-person': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['PEOPLE_TABLE'],
    grants: ({ people }) => [allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [people])],
  },
  'refuse-enrolment': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['PEOPLE_TABLE'],
    grants: ({ people }) => [allow(['dynamodb:UpdateItem'], [people])],
  },
  'measure-backlog': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['RESULTS_TABLE'],
    grants: ({ results }) => [allow(['dynamodb:Query'], [`${results}/index/by-status`])],
  },
  'record-failure': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    variables: ['RESULTS_TABLE', 'PEOPLE_TABLE'],
    grants: ({ results, people, executions, unrecorded }) => [
      allow(['dynamodb:UpdateItem'], [results, people]),
      allow(['states:GetExecutionHistory'], executions),
      // Lambda sends in the function's name what it gives up on.
      allow(['sqs:SendMessage'], [unrecorded]),
    ],
  },
};
