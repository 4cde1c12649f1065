import { PREFIXES, type Prefix } from '../schemas/keys.ts';
import type { PaidOperation } from '../schemas/quotas.ts';
import type { IndexName } from '../schemas/tables.ts';
import type { TaskName } from '../schemas/tasks.ts';
import { allow, type Statement } from './policy.ts';

/** The ARNs that grants refer to. */
export interface ResourceArns {
  readonly bucket: string;
  readonly results: string;
  readonly people: string;
  readonly decisions: string;
  readonly collection: string;
  /** The state machines that objects start, and their executions, whose failures are recorded. */
  readonly machines: readonly string[];
  readonly executions: readonly string[];
  /** All dead-letter queues, and that of record-failure. */
  readonly deadLetters: readonly string[];
  readonly failureDeadLetters: string;
}

export interface TaskSettings {
  readonly memoryMb: number;
  /** Slightly less than the state's time-out, so that Step Functions sees the function's own error. */
  readonly timeoutSeconds: number;
  /** Exactly the calls that the task makes. */
  readonly grants: (resources: ResourceArns) => readonly Statement[];
}

/** Decoding a large photo needs memory, and Lambda allots CPU by memory. */
const PIXELS = 2048;
const CALLS = 512;

const under = (bucket: string, prefixes: readonly Prefix[]) =>
  prefixes.map((prefix) => `${bucket}/${PREFIXES[prefix]}*`);
/** Reads the version that the event names. */
const readVersion = (bucket: string, prefix: Prefix) =>
  allow(['s3:GetObject', 's3:GetObjectVersion'], under(bucket, [prefix]));
/** S3 tells the number of tags only to those who may read them. */
const readTags = (bucket: string, prefix: Prefix) =>
  allow(['s3:GetObjectTagging', 's3:GetObjectVersionTagging'], under(bucket, [prefix]));
const read = (bucket: string, ...prefixes: Prefix[]) => allow(['s3:GetObject'], under(bucket, prefixes));
const write = (bucket: string, prefix: Prefix) => allow(['s3:PutObject'], under(bucket, [prefix]));

const index = (table: string, name: IndexName<'results'>) => `${table}/index/${name}`;

/** Reads and removes the versions of objects for good. */
const readVersions = (bucket: string, ...prefixes: Prefix[]) => allow(['s3:GetObjectVersion'], under(bucket, prefixes));
const removeVersions = (bucket: string, ...prefixes: Prefix[]) => [
  listVersions(bucket, ...prefixes),
  allow(['s3:DeleteObjectVersion'], under(bucket, prefixes)),
];
const listVersions = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:ListBucketVersions'], [bucket], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${PREFIXES[prefix]}*`) },
  });

/** A crop is removed together with the row that refers to it. */
const removeCrops = (bucket: string) => allow(['s3:DeleteObject'], under(bucket, ['faces']));

/** For a key that may not exist: without this right S3 answers 403 instead of 404. It checks the key as the prefix. */
const seek = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:ListBucket'], [bucket], { StringLike: { 's3:prefix': prefixes.map((prefix) => `${PREFIXES[prefix]}*`) } });

/** The meter of each paid operation is an item of the table of results. */
const reserve = (results: string, ...operations: PaidOperation[]) =>
  allow(['dynamodb:UpdateItem'], [results], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': operations },
  });

/** Rewrites the rows of a photo's faces as they follow from searches and decisions. */
const derive = ({ results, people, decisions }: Pick<ResourceArns, 'results' | 'people' | 'decisions'>) => [
  allow(
    ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    [results],
  ),
  allow(['dynamodb:GetItem'], [people]),
  allow(['dynamodb:Query'], [decisions]),
];

/** DetectFaces supports no resource. Rekognition reads the picture with the caller's rights. */
const detect = allow(['rekognition:DetectFaces'], ['*']);

export const TASK_SETTINGS: Readonly<Record<TaskName, TaskSettings>> = {
  'load-image': {
    memoryMb: PIXELS,
    timeoutSeconds: 85,
    grants: ({ bucket, results }) => [
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [results]),
      readVersion(bucket, 'input'),
      readTags(bucket, 'input'),
      read(bucket, 'work'),
      seek(bucket, 'input', 'work'),
      write(bucket, 'work'),
    ],
  },
  'detect-faces': {
    memoryMb: PIXELS,
    timeoutSeconds: 85,
    grants: ({ bucket, results }) => [
      detect,
      reserve(results, 'DetectFaces', 'SearchFacesByImage'),
      readVersion(bucket, 'input'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
      write(bucket, 'faces'),
    ],
  },
  'search-face': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    grants: ({ bucket, results, collection }) => [
      allow(['rekognition:DescribeCollection', 'rekognition:SearchFacesByImage'], [collection]),
      reserve(results, 'SearchFacesByImage'),
      read(bucket, 'faces', 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'persist-face': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ bucket, results, people }) => [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [results]),
      allow(['dynamodb:GetItem'], [people]),
      removeCrops(bucket),
      // Of a person who is forgotten meanwhile, nothing may be left.
      ...removeVersions(bucket, 'faces'),
    ],
  },
  'write-processed': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    grants: ({ bucket, ...tables }) => [
      ...derive(tables),
      read(bucket, 'work', 'processed'),
      seek(bucket, 'work', 'processed'),
      write(bucket, 'processed'),
      removeCrops(bucket),
    ],
  },
  'reject-image': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
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
    grants: ({ bucket, results, people }) => [
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      reserve(results, 'DetectFaces', 'SearchFacesByImage', 'IndexFaces'),
      readVersion(bucket, 'enroll'),
      readTags(bucket, 'enroll'),
      seek(bucket, 'enroll'),
      write(bucket, 'work'),
    ],
  },
  'check-enrolment': {
    // A photo of several people is cropped.
    memoryMb: PIXELS,
    timeoutSeconds: 55,
    grants: ({ bucket, people, collection }) => [
      detect,
      allow(['rekognition:SearchFacesByImage'], [collection]),
      allow(['dynamodb:GetItem'], [people]),
      readVersion(bucket, 'enroll'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'index-face': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    grants: ({ bucket, people, collection }) => [
      allow(['rekognition:IndexFaces', 'rekognition:DeleteFaces'], [collection]),
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      // Rekognition reads the picture with the caller's rights.
      readVersion(bucket, 'enroll'),
      read(bucket, 'work'),
    ],
  },
  'persist-person': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ people, collection }) => [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      allow(['rekognition:DeleteFaces'], [collection]),
    ],
  },
  'refuse-enrolment': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ people }) => [allow(['dynamodb:UpdateItem'], [people])],
  },
  'record-decisions': {
    memoryMb: CALLS,
    timeoutSeconds: 295,
    grants: ({ bucket, results, people, decisions }) => [
      allow(['dynamodb:GetItem'], [results]),
      allow(['dynamodb:Query'], [index(results, 'by-person')]),
      allow(['dynamodb:UpdateItem'], [people]),
      allow(['dynamodb:PutItem'], [decisions]),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'apply-decisions': {
    memoryMb: PIXELS,
    timeoutSeconds: 295,
    grants: ({ bucket, ...tables }) => [
      ...derive(tables),
      readVersion(bucket, 'input'),
      read(bucket, 'work', 'processed', 'faces'),
      seek(bucket, 'input', 'processed', 'faces'),
      write(bucket, 'processed'),
      write(bucket, 'faces'),
    ],
  },
  'find-unknown': {
    memoryMb: CALLS,
    timeoutSeconds: 295,
    grants: ({ bucket, results }) => [allow(['dynamodb:Query'], [index(results, 'by-status')]), write(bucket, 'work')],
  },
  'search-unknown': {
    memoryMb: CALLS,
    timeoutSeconds: 295,
    grants: ({ bucket, results, collection }) => [
      allow(['rekognition:SearchFacesByImage'], [collection]),
      allow(['dynamodb:GetItem'], [results]),
      reserve(results, 'SearchFacesByImage'),
      read(bucket, 'faces', 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'measure-backlog': {
    memoryMb: CALLS,
    timeoutSeconds: 85,
    grants: ({ results, machines }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      allow(['states:ListExecutions'], machines),
    ],
  },
  'record-lost-failures': {
    memoryMb: CALLS,
    timeoutSeconds: 300,
    grants: ({ results, people, machines, executions }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status'), index(people, 'by-status')]),
      allow(['dynamodb:UpdateItem'], [results, people]),
      allow(['dynamodb:GetItem', 'dynamodb:DeleteItem'], [people]),
      allow(['states:ListExecutions'], machines),
      allow(['states:DescribeExecution', 'states:GetExecutionHistory'], executions),
    ],
  },
  'begin-forgetting': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ results, people }) => [
      allow(['dynamodb:PutItem'], [people]),
      allow(['dynamodb:Query'], [index(results, 'by-status'), index(people, 'by-status')]),
    ],
  },
  'forget-vectors': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ people, collection }) => [
      allow(['dynamodb:Query'], [people]),
      allow(['rekognition:ListFaces', 'rekognition:DeleteFaces'], [collection]),
    ],
  },
  'forget-faces': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ bucket, results }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      allow(['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [results]),
      ...removeVersions(bucket, 'input', 'faces', 'work', 'processed'),
    ],
  },
  'forget-dead-letters': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ deadLetters }) => [allow(['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'], deadLetters)],
  },
  'forget-objects': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ bucket, people }) => [
      allow(['dynamodb:Query'], [people]),
      ...removeVersions(bucket, 'enroll', 'faces', 'work', 'processed'),
      readVersions(bucket, 'work', 'processed'),
      write(bucket, 'processed'),
    ],
  },
  'forget-person-rows': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ bucket, people, decisions }) => [
      allow(['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      allow(['dynamodb:Query'], [index(people, 'by-status'), index(decisions, 'by-person')]),
      allow(['dynamodb:DeleteItem'], [decisions]),
      ...removeVersions(bucket, 'work'),
    ],
  },
  'verify-forgotten': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ bucket, results, people, collection }) => [
      allow(['dynamodb:Query'], [results, index(results, 'by-status'), people, index(people, 'by-status')]),
      allow(['rekognition:ListFaces'], [collection]),
      listVersions(bucket, 'enroll', 'work', 'processed'),
      readVersions(bucket, 'work', 'processed'),
    ],
  },
  'write-receipt': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ bucket, people }) => [allow(['dynamodb:UpdateItem'], [people]), write(bucket, 'receipts')],
  },
  'record-failure': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ results, people, executions, failureDeadLetters }) => [
      allow(['dynamodb:UpdateItem'], [results, people]),
      allow(['dynamodb:GetItem', 'dynamodb:DeleteItem'], [people]),
      allow(['states:DescribeExecution', 'states:GetExecutionHistory'], executions),
      // Lambda uses the function's role to send failed events to the queue.
      allow(['sqs:SendMessage'], [failureDeadLetters]),
    ],
  },
};
