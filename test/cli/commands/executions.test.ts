import { afterAll, beforeAll, expect, test } from 'vitest';
import { executionLines, executionResult, executionTable, summaryResult } from '../../../cli/report/executions.ts';
import { listExecutions } from '../../../client/executions/list-executions.ts';
import { readAllEvents, readExecution } from '../../../client/executions/read-execution.ts';
import { summarize, visitsOf } from '../../../client/executions/visits.ts';
import { anAccount, throttled, type CliAccount } from '../account.ts';
import { rollcall } from '../rollcall.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
});
afterAll(() => account.close());

const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const anyNumber = expect.any(Number) as number;

async function read(arn: string) {
  const execution = await readExecution(account.target, arn);
  return { execution, states: summarize(visitsOf(await readAllEvents(account.target, arn), false)) };
}

test('executions are listed with their error, and one is shown by its states, with retries and the error first', async () => {
  await account.answerAsIn('completed-one-face', throttled('DetectFaces', 'DetectFaces', 2));
  await account.uploadAndWait('input/well.jpg');
  await account.answerAsIn('completed-one-face', throttled('SearchFace', 'SearchFacesByImage', 9));
  await account.uploadAndWait('input/badly.jpg');
  const { executions } = await listExecutions(account.target, { limit: 10 });
  expect(executions.map(summaryResult)).toStrictEqual([
    {
      machine: 'recognition',
      name: executions[0]!.name,
      execution_arn: executions[0]!.execution_arn,
      status: 'FAILED',
      start: anyTime,
      stop: anyTime,
      redrive_count: 0,
      error: 'ThrottlingException',
      cause: expect.stringContaining('injected') as string,
    },
    {
      machine: 'recognition',
      name: executions[1]!.name,
      execution_arn: executions[1]!.execution_arn,
      status: 'SUCCEEDED',
      start: anyTime,
      stop: anyTime,
      redrive_count: 0,
      error: null,
      cause: null,
    },
  ]);
  const table = executionTable(executions, { colours: false });
  expect([table.match(/FAILED|SUCCEEDED/g), table.split('\n').slice(-2)]).toStrictEqual([
    ['FAILED', 'SUCCEEDED'],
    executions.map(({ execution_arn }) => execution_arn),
  ]);

  const [badly, well] = [await read(executions[0]!.execution_arn), await read(executions[1]!.execution_arn)];
  const of = ({ states }: typeof well) =>
    states.map(({ state, status, retries, error }) => [state, status, retries, error]);
  expect(of(well)).toContainEqual(['DetectFaces', 'succeeded', 2, 'ThrottlingException']);
  expect(of(badly)).toContainEqual(['SearchFace', 'failed', 8, 'ThrottlingException']);
  const { states, input, ...facts } = executionResult(badly.execution, badly.states);
  expect(states.find(({ state }) => state === 'SearchFace')).toStrictEqual({
    state: 'SearchFace',
    status: 'failed',
    entered: 1,
    retries: 8,
    error: 'ThrottlingException',
    start: anyTime,
    took: null,
    queued: anyNumber,
  });
  expect([
    facts.redrive_status,
    facts.output,
    (input as { detail: { object: { key: string } } }).detail.object.key,
  ]).toStrictEqual(['REDRIVABLE', null, 'input/badly.jpg']);
  const lines = executionLines(badly.execution, badly.states, { colours: false }).split('\n');
  expect(lines.slice(0, 2)).toStrictEqual(['error      ThrottlingException', 'cause      injected']);
  expect(
    lines.filter((line) => line.includes('SearchFace')).map((line) => line.replaceAll(/\s*│\s*/g, '|')),
  ).toStrictEqual([expect.stringMatching(/^\|SearchFace\|failed\|1\|8\|.*\|ThrottlingException\|$/) as string]);
});

test('an ARN and a filter are not taken together, and what is no ARN is told', async () => {
  const both = await rollcall(['executions', 'arn:x', '--status', 'FAILED']);
  const wrong = await rollcall(['executions', '--status', 'BROKEN']);
  expect([both.code, both.stderr, wrong.code]).toStrictEqual([
    2,
    'Give the ARN of one execution, or choose some by options: not both.\n',
    2,
  ]);
});
