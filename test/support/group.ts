import { GetObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { UnknownGroups } from '../../schemas/grouping.ts';
import { GROUPS_KEY } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import type { TestAccount } from './test-account.ts';

type Account = Pick<TestAccount, 's3' | 'sfn' | 'deployment'>;

/** Starts the machine that groups the unknown faces. Gives the execution's ARN. */
export async function startGrouping({ sfn, deployment }: Account, run = 'first'): Promise<string> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(deployment, 'group-unknown'),
      input: JSON.stringify({ bucket: deployment.bucket, run }),
    }),
  );
  return executionArn!;
}

export async function readGroups({ s3, deployment }: Account): Promise<UnknownGroups> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: deployment.bucket, Key: GROUPS_KEY }));
  return UnknownGroups.parse(JSON.parse((await Body!.transformToString())!));
}
