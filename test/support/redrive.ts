import { DescribeExecutionCommand, ListExecutionsCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { rowsOf, type FaultAccount } from '../faults/fault-account.ts';

/** Failed ones that no redrive has helped yet: in an account with a broken run they stay. */
const givenUp = new Set<string>();

export async function failedExecutions({ sfn, account }: FaultAccount): Promise<string[]> {
  const lists = Object.values(account.deployment.machines).map((stateMachineArn) =>
    sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' })),
  );
  const arns = (await Promise.all(lists)).flatMap(({ executions = [] }) => executions.map((one) => one.executionArn!));
  return arns.filter((arn) => !givenUp.has(arn));
}

/**
 * Its row says FAILED, with error and state; or nobody could write that, and its event is kept. A row that another
 * execution has finished is finished.
 */
export async function isRecorded(stand: FaultAccount, executionArn: string): Promise<boolean> {
  const { results_table, people_table } = stand.account.deployment;
  const { input = '' } = await stand.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const { detail } = ObjectCreatedEvent.parse(JSON.parse(input));
  const rows = [...(await rowsOf(stand.table, results_table)), ...(await rowsOf(stand.table, people_table))];
  const row = rows.find((one) => one['key'] === detail.object.key && 'claimed_at' in one);
  if (row?.['status'] === 'FAILED') return typeof row['error'] === 'string' && typeof row['failed_state'] === 'string';
  if (row?.['execution_arn'] !== executionArn && row?.['status'] !== 'PROCESSING') return row !== undefined;
  return isDeadLetter(stand, executionArn);
}

async function isDeadLetter({ sqs, account }: FaultAccount, executionArn: string): Promise<boolean> {
  for (const QueueUrl of Object.values(account.deployment.dead_letters)) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (Messages.some(({ Body }) => Body?.includes(executionArn))) return true;
  }
  return false;
}

/** Redrives each once and gives the errors of those that still fail. */
export async function redriveAll({ sfn, account }: FaultAccount, executions: readonly string[]): Promise<string[]> {
  for (const executionArn of executions) await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await account.idle();
  const errors: string[] = [];
  for (const executionArn of executions) {
    const { status, error = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') continue;
    givenUp.add(executionArn);
    errors.push(error);
  }
  return errors;
}
