import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../../schemas/decisions.ts';
import { batchKeyOf } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { counted, type Terminal } from '../terminal.ts';

/** What one command decides. */
export type Decided = Pick<Batch, 'people' | 'decisions'>;

/** Hands a batch to the machine `decide` and waits until rows and JSON are in line with it. Gives the batch's id. */
export async function decide(target: Target, terminal: Terminal, { people, decisions }: Decided): Promise<string> {
  const { s3, sfn, deployment } = target;
  const timestamp = new Date().toISOString();
  const id = `${timestamp.slice(0, 19).replaceAll(/\D/g, '')}-${randomUUID().slice(0, 8)}`;
  const batch: Batch = { batch: id, by: userInfo().username || 'unknown', timestamp, people, decisions };
  const { bucket } = deployment;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: batchKeyOf(id), Body: JSON.stringify(batch) }));
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, 'decide'),
      name: id,
      input: JSON.stringify({ bucket, batch: id }),
    }),
  );
  await ended(target, terminal, executionArn!);
  return id;
}

async function ended({ sfn, pollMs }: Target, { signal }: Terminal, executionArn: string): Promise<void> {
  for (;;) {
    const { status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING') {
      throw new Failure(
        error === 'DecisionsInvalid'
          ? messageIn(cause)
          : `${executionArn} ended as ${status}: ${error ?? ''} ${cause ?? ''}`,
      );
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** Lambda passes an error on as JSON. */
function messageIn(cause = ''): string {
  try {
    return String((JSON.parse(cause) as { errorMessage: unknown }).errorMessage);
  } catch {
    return cause;
  }
}

export const noteBatch = (terminal: Terminal, what: string, batch: string) =>
  terminal.note(`${what}. To take it back: rollcall undo ${batch}`);

export const facesOf = (decisions: Batch['decisions']) =>
  `${counted(decisions.length, 'face')} in ${counted(new Set(decisions.map(({ image_id }) => image_id)).size, 'photo')}`;
