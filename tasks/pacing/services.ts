import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout } from 'node:timers/promises';
import type { Variable } from '../../schemas/environment.ts';
import type { PaidOperation } from '../../schemas/quotas.ts';
import { env } from '../runtime/environment.ts';
import { Meter } from './meter.ts';
import type { Clock } from './slots.ts';

const RATES = {
  DetectFaces: 'DETECT_FACES_PER_SECOND',
  SearchFacesByImage: 'SEARCH_FACES_PER_SECOND',
  IndexFaces: 'INDEX_FACES_PER_SECOND',
} as const satisfies Record<PaidOperation, Variable>;

/** The meter of an operation. Created once per container. */
export const meterOf = (operation: PaidOperation, dynamoDb: DynamoDBDocumentClient): Meter =>
  new Meter({ dynamoDb, resultsTable: env('RESULTS_TABLE'), operation, rate: env(RATES[operation]), now });

const now = () => new Date();

export const clock = (): Clock => ({ now, sleep: (milliseconds) => setTimeout(milliseconds) });
