import {
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExecutionsDirectly, type ExecutionRead } from '../../../client/deployment/direct-reads.ts';
import { answerReads, readsOver } from '../../../client/deployment/reads-over-port.ts';
import { aMachine, executionArn, machineArn, openAccount, type Account } from '../../local/step-functions/account.ts';

const failing = aMachine('failing', {
  StartAt: 'Once',
  States: { Once: { Type: 'Pass', Next: 'No' }, No: { Type: 'Fail', Error: 'Refused', Cause: 'no' } },
});
const calls: ExecutionRead[] = [];
let account: Account;
let direct: SFNClient;

beforeAll(async () => {
  account = await openAccount({ machines: [failing] });
  const { region, credentials, endpoint } = account.sfn.config;
  direct = new SFNClient({ region, credentials, endpoint: endpoint! });
  const { port1, port2 } = new MessageChannel();
  answerReads(port1, {
    rows: async () => ({ output: '{}' }),
    executions: async (operation, input) => {
      calls.push(operation);
      return account.service.callForJson(operation, input);
    },
    object: async () => Buffer.from(''),
  });
  // As from another thread.
  readExecutionsDirectly(direct, readsOver(port2).executions);
  port2.unref();
  for (const name of ['one', 'two']) {
    await account.sfn.send(
      new StartExecutionCommand({ stateMachineArn: machineArn('failing'), name, input: '{"n":1}' }),
    );
  }
  await account.service.idle();
});
afterAll(() => account.close());

const one = { executionArn: executionArn('failing', 'one') };
const list = { stateMachineArn: machineArn('failing'), statusFilter: undefined, nextToken: undefined };

test.each([
  ['ListExecutions', () => new ListExecutionsCommand({ ...list, maxResults: 1 })],
  ['ListExecutions', () => new ListExecutionsCommand({ ...list, statusFilter: 'FAILED' })],
  ['ListExecutions', () => new ListExecutionsCommand({ ...list, statusFilter: 'RUNNING' })],
  ['DescribeExecution', () => new DescribeExecutionCommand(one)],
  ['DescribeStateMachineForExecution', () => new DescribeStateMachineForExecutionCommand(one)],
  ['GetExecutionHistory', () => new GetExecutionHistoryCommand({ ...one, maxResults: 3 })],
])('%s answers the same as over HTTP', async (operation, command) => {
  calls.length = 0;
  const { $metadata: _, ...answer } = await direct.send(command() as DescribeExecutionCommand);
  const { $metadata: __, ...expected } = await account.sfn.send(command() as DescribeExecutionCommand);
  expect(answer).toStrictEqual(expected);
  expect(calls).toEqual([operation]);
});

test('an error has the name and message that it has over HTTP', async () => {
  const failure = (client: SFNClient) =>
    client
      .send(new DescribeExecutionCommand({ executionArn: executionArn('failing', 'none') }))
      .catch(({ name, message }: Error) => [name, message]);
  const expected = await failure(account.sfn);
  expect(expected).toEqual(['ExecutionDoesNotExist', expect.any(String)]);
  expect(await failure(direct)).toEqual(expected);
});
