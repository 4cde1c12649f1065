import { expect, test } from 'vitest';
import { runningExecutions } from '../../../tasks/runtime/running-executions.ts';
import { aScriptedStepFunctions } from '../../support/step-functions.ts';

/** Lists what the answers say, and gives the ARNs, the requests and the waits between them. */
async function listing(machineArns: string[], answer: (request: Record<string, unknown>, call: number) => object) {
  const requests: Record<string, unknown>[] = [];
  const waits: number[] = [];
  const { sfn, close } = await aScriptedStepFunctions({
    ListExecutions: async (request) => {
      requests.push(request);
      return answer(request, requests.length);
    },
  });
  const sleep = async (ms: number) => void waits.push(ms);
  const found = [];
  for await (const one of runningExecutions({ sfn, machineArns, sleep })) found.push(one.executionArn);
  await close();
  return { found, requests, waits };
}

test('every page of every machine is read, four a second', async () => {
  const pages: Record<string, object> = {
    'a ': { executions: [{ executionArn: 'a1' }, { executionArn: 'a2' }], nextToken: 'more' },
    'a more': { executions: [{ executionArn: 'a3' }] },
    'b ': { executions: [{ executionArn: 'b1' }] },
  };
  const answer = ({ stateMachineArn, nextToken = '' }: Record<string, unknown>) =>
    pages[`${String(stateMachineArn)} ${String(nextToken)}`]!;
  const asked = { statusFilter: 'RUNNING', maxResults: 1000 };
  expect(await listing(['a', 'b'], answer)).toStrictEqual({
    found: ['a1', 'a2', 'a3', 'b1'],
    requests: [
      { ...asked, stateMachineArn: 'a' },
      { ...asked, stateMachineArn: 'a', nextToken: 'more' },
      { ...asked, stateMachineArn: 'b' },
    ],
    waits: [250, 250],
  });
});

test('a list without end is left after 200 pages, but no machine is left out', async () => {
  const { found } = await listing(['a', 'b'], ({ stateMachineArn }, call) => ({
    executions: [{ executionArn: `${String(stateMachineArn)}${call}` }],
    nextToken: 'more',
  }));
  expect(found).toHaveLength(201);
  expect(found.at(-1)).toBe('b201');
});
