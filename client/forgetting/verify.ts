import * as z from 'zod';
import type { PersonId } from '../../schemas/faces.ts';
import { Forgetting, ForgettingProgress } from '../../schemas/forgetting.ts';
import { receiptKeyOf } from '../../schemas/keys.ts';
import { runMachine } from '../deployment/execution.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { idCalled, readTombstone } from './person.ts';
import { readReceipt, receiptIdIn } from './receipts.ts';

const Output = z.object({ forgetting: Forgetting, progress: ForgettingProgress });

export interface Verified {
  /** Those that are known. */
  readonly ids: readonly PersonId[];
  /** How many of each kind were read. */
  readonly checked: ForgettingProgress['checked'];
  /** How many of them tell of the person. */
  readonly left: number;
}

/** Reads everything back about somebody who was forgotten: by name, by id, or by the receipt. Removes nothing. */
export async function verifyForgotten(target: Target, wanted: string, signal: AbortSignal): Promise<Verified> {
  const verify = await soughtBy(target, wanted);
  const { output } = await runMachine(target, 'forget-person', { verify }, signal);
  const { forgetting, progress } = Output.parse(output);
  return { ids: forgetting.ids, checked: progress.checked, left: progress.left };
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
