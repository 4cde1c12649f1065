import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { Target } from '../../client/deployment/target.ts';
import { Problem, type Check } from './check.ts';

/**
 * AWS refuses signatures that are further from its own time:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
const SIGNATURE_MS = 5 * 60_000;

export const clock: Check = {
  name: 'clock',
  run: async ({ target, now }) => {
    const theirs = await serviceTime(target);
    const off = now().getTime() - theirs.getTime();
    const seconds = Math.round(Math.abs(off) / 1000);
    if (Math.abs(off) < SIGNATURE_MS) return `within ${seconds} s of the service's`;
    const way = off > 0 ? 'ahead of' : 'behind';
    throw new Problem(
      `This machine's clock is ${seconds} s ${way} the service's, which refuses signatures so far off.`,
      'Set the clock, or have it set: sudo timedatectl set-ntp true',
    );
  },
};

/** Reads the date header of any answer. The SDK does not return headers, so a middleware reads it. */
async function serviceTime({ s3, deployment }: Target): Promise<Date> {
  const command = new HeadBucketCommand({ Bucket: deployment.bucket });
  let date = '';
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = (result.response as { headers: Record<string, string> }).headers['date'] ?? '';
      return result;
    },
    // Runs before a refusal becomes an error, because a refusal has the header as well.
    { step: 'deserialize', priority: 'low' },
  );
  try {
    await s3.send(command);
  } catch (error) {
    if (date === '') throw error;
  }
  return new Date(date);
}
