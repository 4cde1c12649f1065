import { expect, test } from 'vitest';
import { parsed, synthesized } from './synthesized.ts';

const NAME = 'rollcall-unknown-retention';
const ours = (stack: ReturnType<typeof synthesized>, type: string) =>
  Object.entries(stack.all(type)).filter(([id]) => id.startsWith('unknown-retention'));

test('unknown faces are kept for ever, unless a time is set', () => {
  const stack = synthesized();
  expect(ours(stack, 'aws_cloudwatch_event_rule')).toStrictEqual([]);
});

test('the time that is set is told to the machine that forgets, every day', () => {
  const stack = synthesized({ unknownRetentionDays: 90 });
  const [[, rule] = []] = ours(stack, 'aws_cloudwatch_event_rule');
  expect(rule).toMatchObject({ name: NAME, schedule_expression: 'rate(1 day)' });
  const [[, target] = []] = ours(stack, 'aws_cloudwatch_event_target');
  expect(target).toMatchObject({ arn: expect.stringContaining('forget-person') as string });
  expect(parsed(target?.['input'])).toStrictEqual({ unknown_older_than_days: 90 });
  const [[, grants] = []] = ours(stack, 'aws_iam_role_policy');
  expect(parsed(grants?.['policy'])).toMatchObject({ Statement: [{ Action: ['states:StartExecution'] }] });
});
