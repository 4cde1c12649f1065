import type { TaskName } from '../schemas/tasks.ts';
import { FORGETTING_SETTINGS } from './forgetting-tasks.ts';
import {
  CALLS,
  derive,
  detect,
  index,
  PIXELS,
  read,
  readTags,
  readVersion,
  removeCrops,
  removeFaces,
  removePortraits,
  removeVersions,
  reserve,
  seek,
  write,
  type TaskSettings,
} from './grants.ts';
import { GROUPING_SETTINGS } from './grouping-tasks.ts';
import { allow } from './policy.ts';

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
    grants: ({ bucket, results, people, collection, search }) => [
      allow(['rekognition:DescribeCollection', search], [collection]),
      // Of somebody who was imported.
      allow(['dynamodb:GetItem'], [people]),
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
      allow(['rekognition:IndexFaces'], [collection]),
      removeFaces(collection),
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      // Rekognition reads the picture with the caller's rights.
      readVersion(bucket, 'enroll'),
      read(bucket, 'work'),
    ],
  },
  'associate-faces': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ people, collection }) => [
      allow(['rekognition:CreateUser', 'rekognition:AssociateFaces', 'rekognition:DeleteUser'], [collection]),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [people]),
      allow(['dynamodb:Query'], [index(people, 'by-status')]),
    ],
  },
  'persist-person': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ people, collection }) => [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      removeFaces(collection),
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
      allow(['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      allow(['dynamodb:PutItem', 'dynamodb:DeleteItem'], [decisions]),
      ...removeVersions(bucket, 'work'),
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
  'move-portrait': {
    // A portrait has up to 200 MB.
    memoryMb: PIXELS,
    timeoutSeconds: 55,
    grants: ({ bucket, people, collection }) => [
      allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      removeFaces(collection),
      read(bucket, 'work'),
      seek(bucket, 'enroll'),
      readVersion(bucket, 'enroll'),
      write(bucket, 'enroll'),
      ...removeVersions(bucket, 'enroll'),
    ],
  },
  'withdraw-portraits': {
    memoryMb: CALLS,
    timeoutSeconds: 55,
    grants: ({ bucket, people, collection }) => [
      allow(['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [people]),
      removeFaces(collection),
      removePortraits(bucket),
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
    grants: ({ bucket, results, people, collection, search }) => [
      allow([search], [collection]),
      allow(['dynamodb:GetItem'], [results, people]),
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
  ...GROUPING_SETTINGS,
  ...FORGETTING_SETTINGS,
};
