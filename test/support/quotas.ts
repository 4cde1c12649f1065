import type { Clock } from '../../client/deployment/pace.ts';
import { ServiceError, type Operation } from '../../local/aws-json.ts';

/** A clock whose time passes only while somebody sleeps. */
export function aVirtualClock(): Clock & { now(): number } {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds) => void (now += milliseconds),
  };
}

/** Step Functions' token buckets: the size and the tokens a second. Developer Guide, "Service quotas", 2026-11. */
const BUCKETS: Readonly<Record<string, readonly [size: number, perSecond: number]>> = {
  DescribeExecution: [300, 15],
  DescribeStateMachine: [200, 20],
  DescribeStateMachineForExecution: [200, 1],
  GetExecutionHistory: [400, 20],
};

/** Refuses calls as Step Functions does. Counts what it let through and what it refused. */
export function withQuotas(operations: Readonly<Record<string, Operation>>, { now }: Clock) {
  const counts: Record<string, { made: number; throttled: number }> = {};
  const limited = Object.entries(operations).map(([name, operation]): [string, Operation] => {
    const [size, perSecond] = BUCKETS[name] ?? [Infinity, Infinity];
    const count = (counts[name] = { made: 0, throttled: 0 });
    let [tokens, at] = [size, now()];
    const serve: Operation = async (input) => {
      tokens = Math.min(size, tokens + ((now() - at) / 1000) * perSecond);
      at = now();
      if (tokens < 1) {
        count.throttled += 1;
        throw new ServiceError('ThrottlingException', 'Rate exceeded');
      }
      tokens -= 1;
      count.made += 1;
      return operation(input);
    };
    return [name, serve];
  });
  return { operations: Object.fromEntries(limited), counts };
}
