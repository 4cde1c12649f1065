import type { TaskName } from '../schemas/tasks.ts';
import {
  CALLS,
  index,
  listVersions,
  PIXELS,
  read,
  readVersions,
  removeFaces,
  removeVersions,
  seek,
  write,
  type TaskSettings,
} from './grants.ts';
import { allow } from './policy.ts';

type ForgettingTask = Extract<
  TaskName,
  'expire-faces' | `${string}-forgetting` | `forget-${string}` | 'verify-forgotten' | 'write-receipt'
>;

/** The tasks of forget-person. */
export const FORGETTING_SETTINGS: Readonly<Record<ForgettingTask, TaskSettings>> = {
  'begin-forgetting': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ results, people, decidingMachines }) => [
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [people]),
      allow(['states:ListExecutions'], decidingMachines),
      allow(['dynamodb:Query'], [index(results, 'by-status'), index(people, 'by-status')]),
    ],
  },
  'forget-vectors': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ people, collection }) => [
      allow(['dynamodb:Query'], [people]),
      allow(['rekognition:ListFaces', 'rekognition:DeleteUser'], [collection]),
      removeFaces(collection),
    ],
  },
  'forget-unknown': {
    // Reads the comparisons of all unknown faces.
    memoryMb: PIXELS,
    timeoutSeconds: 115,
    grants: ({ bucket, results, unknownCollection }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      allow(['rekognition:ListFaces', 'rekognition:DeleteFaces'], [unknownCollection]),
      read(bucket, 'groups'),
      seek(bucket, 'groups'),
      write(bucket, 'groups'),
      ...removeVersions(bucket, 'work', 'groups'),
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
  'expire-faces': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ bucket, results }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      allow(['dynamodb:Query', 'dynamodb:PutItem'], [results]),
      ...removeVersions(bucket, 'faces', 'work', 'processed'),
      read(bucket, 'processed'),
      seek(bucket, 'processed'),
      write(bucket, 'processed'),
    ],
  },
  'forget-dead-letters': {
    memoryMb: CALLS,
    timeoutSeconds: 115,
    grants: ({ deadLetters }) => [
      allow(['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'], deadLetters),
    ],
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
    memoryMb: PIXELS,
    timeoutSeconds: 115,
    grants: ({ bucket, results, people, decisions, collection, unknownCollection, deadLetters }) => [
      allow(['dynamodb:Query'], [results, index(results, 'by-status'), people, index(people, 'by-status')]),
      allow(['dynamodb:Query'], [decisions, index(decisions, 'by-person')]),
      allow(['rekognition:ListFaces'], [collection, unknownCollection]),
      allow(['rekognition:ListUsers'], [collection]),
      allow(['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], deadLetters),
      listVersions(bucket, 'enroll', 'work', 'processed', 'faces', 'groups'),
      read(bucket, 'groups'),
      seek(bucket, 'groups'),
      readVersions(bucket, 'work', 'processed'),
    ],
  },
  'write-receipt': {
    memoryMb: CALLS,
    timeoutSeconds: 25,
    grants: ({ bucket, people }) => [allow(['dynamodb:UpdateItem'], [people]), write(bucket, 'receipts')],
  },
};
