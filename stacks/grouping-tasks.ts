import type { TaskName } from '../schemas/tasks.ts';
import { CALLS, index, PIXELS, read, removeVersions, reserve, seek, write, type TaskSettings } from './grants.ts';
import { allow } from './policy.ts';

type GroupingTask = Extract<TaskName, `${'collect' | 'index' | 'compare'}-unknown` | 'write-groups'>;

/** The tasks of group-unknown. Two of them read the comparisons of all unknown faces, which takes memory. */
export const GROUPING_SETTINGS: Readonly<Record<GroupingTask, TaskSettings>> = {
  'collect-unknown': {
    memoryMb: PIXELS,
    timeoutSeconds: 295,
    grants: ({ bucket, results, unknownCollection }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      allow(['rekognition:ListFaces', 'rekognition:DeleteFaces'], [unknownCollection]),
      read(bucket, 'groups'),
      seek(bucket, 'groups'),
      write(bucket, 'work'),
    ],
  },
  'index-unknown': {
    memoryMb: CALLS,
    timeoutSeconds: 85,
    grants: ({ bucket, results, unknownCollection }) => [
      allow(['rekognition:IndexFaces', 'rekognition:DeleteFaces'], [unknownCollection]),
      allow(['dynamodb:GetItem'], [results]),
      reserve(results, 'IndexFaces'),
      read(bucket, 'faces', 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'compare-unknown': {
    memoryMb: CALLS,
    timeoutSeconds: 85,
    grants: ({ bucket, results, unknownCollection }) => [
      allow(['rekognition:SearchFaces'], [unknownCollection]),
      reserve(results, 'SearchFaces'),
      read(bucket, 'work'),
      seek(bucket, 'work'),
      write(bucket, 'work'),
    ],
  },
  'write-groups': {
    memoryMb: PIXELS,
    timeoutSeconds: 295,
    grants: ({ bucket, results }) => [
      allow(['dynamodb:Query'], [index(results, 'by-status')]),
      read(bucket, 'work', 'groups'),
      seek(bucket, 'work', 'groups'),
      write(bucket, 'groups'),
      ...removeVersions(bucket, 'groups'),
    ],
  },
};
