import { receiptKeyOf } from '../../schemas/keys.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { begin, waitForVerified, type Verified } from './executions.ts';
import { idCalled, readTombstone } from './person.ts';
import { readReceipt, receiptIdIn } from './receipts.ts';

/** Starts to read everything back about somebody who was forgotten: by name, by id, or by the receipt. */
export const beginVerifying = async (target: Target, wanted: string): Promise<string> =>
  begin(target, { verify: await soughtBy(target, wanted) });

/** Reads everything back, and waits for what was read. Removes nothing. */
export async function verifyForgotten(target: Target, wanted: string, signal: AbortSignal): Promise<Verified> {
  return waitForVerified(target, await beginVerifying(target, wanted), signal);
}

async function soughtBy(target: Target, wanted: string): Promise<string> {
  const receipt = receiptIdIn(wanted);
  if (receipt !== undefined) {
    await readReceipt(target, receiptKeyOf(receipt));
    return receipt;
  }
  const id = idCalled(wanted);
  if (await readTombstone(target, id)) return id;
  throw new Failure(
    `Nobody called ${printable(wanted)} was forgotten here. Somebody whose id does not follow from the name is found by ` +
      'the id (p_…) or by the receipt.',
  );
}
