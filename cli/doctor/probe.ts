import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { PhotoRecord } from '../../schemas/records.ts';
import { photosByKey } from '../deployment/queries.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { Ailment, type Check, type Patient } from './check.ts';
import { removeTraces } from './traces.ts';

/** Grey, 80 x 80: the smallest picture that Rekognition takes, and nobody in it. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAFAAAABQAQMAAAC032DuAAAAA1BMVEWAgICQdD0xAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEUlEQVQoz2NgGAWj' +
    'YBTQCwAAA3AAAZFaYx0AAAAASUVORK5CYII=',
  'base64',
);

/** A photo of nobody, all the way from the bucket to its row: events, the machine, its rights and its tasks. */
export const probe: Check = {
  name: 'pipeline',
  examine: async (patient) => {
    const { s3, deployment } = patient.target;
    const key = `${PREFIXES.input}.rollcall-doctor/${randomUUID()}.png`;
    const began = patient.now();
    try {
      await s3.send(
        new PutObjectCommand({ Bucket: deployment.bucket, Key: key, Body: PICTURE, ContentType: 'image/png' }),
      );
      const row = await ended(patient, key, began.getTime() + patient.patienceMs);
      return row ? verdict(row, patient) : await silence(patient, key, began);
    } finally {
      await removeTraces(patient.target, key);
    }
  },
};

/** Its row when it is final, or as far as it came in time. */
async function ended({ target, now, signal }: Patient, key: string, until: number): Promise<PhotoRecord | undefined> {
  for (;;) {
    const row = (await photosByKey(target, [key])).get(key);
    if ((row && row.status !== 'PROCESSING') || now().getTime() >= until) return row;
    await sleep(target.pollMs, undefined, { signal });
  }
}

function verdict(row: PhotoRecord, { again, patienceMs }: Patient): string {
  if (row.status === 'NO_FACES') return 'a photo went through it, from the bucket to its row';
  if (row.status === 'PROCESSING') {
    throw new Ailment(
      `A photo was not done within ${patienceMs / 1000} s, though its execution has begun: ${row.execution_arn}`,
      'See where it waits, in its history. Or be more patient, with --timeout.',
    );
  }
  const what = `${row.failed_state ?? 'Its execution'} failed with ${row.error}: ${row.cause ?? ''}`;
  if (/AccessDenied|not authorized/.test(what)) throw new Ailment(what, `A role lacks a right. ${again}`);
  if (row.status === 'FAILED') throw new Ailment(what, `Its log tells more. ${again}`);
  throw new Ailment(`A plain photo ended as ${row.status}: ${row.message ?? ''}`, again);
}

/** No row in time: whatever tells how far it came. */
async function silence(patient: Patient, key: string, began: Date): Promise<never> {
  const execution = await executionFor(patient, key, began);
  if (execution) {
    throw new Ailment(
      `A photo started an execution, but no task wrote its row: ${execution.status}, ${execution.arn}`,
      `Its history tells why; what failed above may be it. ${patient.again}`,
    );
  }
  const rule = machineArn(patient.target.deployment, 'recognition').split(':').at(-1);
  throw new Ailment(
    `A photo in the bucket started no execution within ${patient.patienceMs / 1000} s.`,
    `Is EventBridge's rule ${rule} enabled? Rollcall's dead-letters tell whether it was refused. ${patient.again}`,
  );
}

async function executionFor({ target: { sfn, deployment } }: Patient, key: string, began: Date) {
  const stateMachineArn = machineArn(deployment, 'recognition');
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 50 }));
  // Amazon's clock may be a little behind this one.
  const since = began.getTime() - 10_000;
  for (const { executionArn, startDate } of executions.filter(({ startDate: at }) => at && at.getTime() >= since)) {
    const { input, status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (startDate && input?.includes(key)) return { arn: executionArn, status };
  }
  return undefined;
}
