import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout } from 'node:timers/promises';
import { RATE_VARIABLES, type PaidOperation } from '../../schemas/quotas.ts';
import { env } from '../runtime/environment.ts';
import { Meter } from './meter.ts';
import type { Clock } from './slots.ts';

/** The meter of an operation. Created once per container. */
export const meterOf = (operation: PaidOperation, dynamoDb: DynamoDBDocumentClient): Meter =>
  new Meter({ dynamoDb, resultsTable: env('RESULTS_TABLE'), operation, rate: env(RATE_VARIABLES[operation]), now });

const now = () => new Date();

export const clock = (): Clock => ({ now, sleep: (milliseconds) => setTimeout(milliseconds) });
