import { DescribeExecutionCommand, ListExecutionsCommand, RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import type { TestAccount } from './test-account.ts';

/** Executions that failed again when they were redriven. Later scenarios in the same account are not to blame for them. */
const failedAgain = new Set<string>();

export async function failedExecutions({ sfn, deployment }: TestAccount): Promise<string[]> {
  const lists = Object.values(deployment.machines).map((stateMachineArn) =>
    sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' })),
  );
  const arns = (await Promise.all(lists)).flatMap(({ executions = [] }) => executions.map((one) => one.executionArn!));
  return arns.filter((arn) => !failedAgain.has(arn));
}

/**
 * Whether a failure is recorded: the row is FAILED with its error (the state is best effort), or the event that would have written this is
 * in a dead-letter queue. A row that another execution has finished counts too.
 */
export async function isRecorded(account: TestAccount, executionArn: string): Promise<boolean> {
  const { input = '' } = await account.sfn.send(new DescribeExecutionCommand({ executionArn }));
  const event = ObjectCreatedEvent.safeParse(JSON.parse(input));
  // No row tells of it: whoever started it looks at the execution itself.
  if (!event.success) return true;
  const { detail } = event.data;
  const { results_table, people_table } = account.deployment;
  const tables = [results_table, people_table].map((name) => scanTable(account.dynamoDb, name));
  const rows = (await Promise.all(tables)).flat();
  const row = rows.find((one) => one['key'] === detail.object.key && 'claimed_at' in one);
  if (row?.['status'] === 'FAILED') return typeof row['error'] === 'string';
  if (row?.['execution_arn'] !== executionArn && row?.['status'] !== 'PROCESSING') return row !== undefined;
  return isDeadLetter(account, executionArn);
}

async function isDeadLetter({ sqs, deployment }: TestAccount, executionArn: string): Promise<boolean> {
  for (const QueueUrl of Object.values(deployment.dead_letters)) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    if (Messages.some(({ Body }) => Body?.includes(executionArn))) return true;
  }
  return false;
}

/** Redrives each execution once and gives the errors of those that fail again. */
export async function redriveAll({ sfn, idle }: TestAccount, executions: readonly string[]): Promise<string[]> {
  for (const executionArn of executions) await sfn.send(new RedriveExecutionCommand({ executionArn }));
  await idle();
  const errors: string[] = [];
  for (const executionArn of executions) {
    const { status, error = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') continue;
    failedAgain.add(executionArn);
    errors.push(error);
  }
  return errors;
}
