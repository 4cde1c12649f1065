import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPhotos } from '../../client/deployment/queries.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { Problem, type Check, type DoctorContext } from './check.ts';
import { removeTraces } from './traces.ts';

/** Grey, 80 x 80 pixels: the smallest picture that Rekognition accepts. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAFAAAABQAQMAAAC032DuAAAAA1BMVEWAgICQdD0xAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEUlEQVQoz2NgGAWj' +
    'YBTQCwAAA3AAAZFaYx0AAAAASUVORK5CYII=',
  'base64',
);
const SHA256 = createHash('sha256').update(PICTURE).digest('hex');

/** Uploads a photo of nobody and follows it to its row: through events, state machine, roles and tasks. */
export const probe: Check = {
  name: 'pipeline',
  run: async (context) => {
    const { s3, deployment } = context.target;
    const key = `${PREFIXES.input}.rollcall-doctor/${randomUUID()}.png`;
    const began = context.now();
    try {
      await s3.send(
        new PutObjectCommand({ Bucket: deployment.bucket, Key: key, Body: PICTURE, ContentType: 'image/png' }),
      );
      const row = await waitForRow(context, key, began.getTime() + context.probeTimeoutMs);
      return row ? judge(row, context) : await explainMissingRow(context, key, began);
    } finally {
      await removeTraces(context.target, key, SHA256);
    }
  },
};

/** Waits for the final row. Returns the row as it is when the time is over. */
async function waitForRow(
  { target, now, signal }: DoctorContext,
  key: string,
  until: number,
): Promise<PhotoRecord | undefined> {
  for (;;) {
    const row = (await readPhotos(target, [key])).get(key);
    if ((row && row.status !== 'PROCESSING') || now().getTime() >= until) return row;
    await sleep(target.pollMs, undefined, { signal });
  }
}

function judge(row: PhotoRecord, { redeployAdvice, probeTimeoutMs }: DoctorContext): string {
  if (row.status === 'NO_FACES') return 'a photo went through it, from the bucket to its row';
  if (row.status === 'PROCESSING') {
    throw new Problem(
      `A photo was not done within ${probeTimeoutMs / 1000} s, though its execution has begun: ${row.execution_arn}`,
      'Its history shows where it waits. --timeout allows it more time.',
    );
  }
  const what = `${row.failed_state ?? 'Its execution'} failed with ${row.error}: ${row.cause ?? ''}`;
  if (/AccessDenied|not authorized/.test(what)) throw new Problem(what, `A role lacks a right. ${redeployAdvice}`);
  if (row.status === 'FAILED') throw new Problem(what, `Its log tells more. ${redeployAdvice}`);
  throw new Problem(`A plain photo ended as ${row.status}: ${row.message ?? ''}`, redeployAdvice);
}

/** Finds out how far a photo without a row came. */
async function explainMissingRow(context: DoctorContext, key: string, began: Date): Promise<never> {
  const execution = await executionFor(context, key, began);
  if (execution) {
    throw new Problem(
      `A photo started an execution, but no task wrote its row: ${execution.status}, ${execution.arn}`,
      `Its history tells why. A failure above may be the cause. ${context.redeployAdvice}`,
    );
  }
  const rule = machineArn(context.target.deployment, 'recognition').split(':').at(-1);
  throw new Problem(
    `A photo in the bucket started no execution within ${context.probeTimeoutMs / 1000} s.`,
    `Is EventBridge's rule ${rule} enabled? rollcall dead-letters shows whether the event was refused. ${context.redeployAdvice}`,
  );
}

async function executionFor({ target: { sfn, deployment } }: DoctorContext, key: string, began: Date) {
  const stateMachineArn = machineArn(deployment, 'recognition');
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 50 }));
  // The service's clock may be a little behind this one.
  const since = began.getTime() - 10_000;
  for (const { executionArn, startDate } of executions.filter(({ startDate: at }) => at && at.getTime() >= since)) {
    const { input, status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (startDate && input?.includes(key)) return { arn: executionArn, status };
  }
  return undefined;
}
