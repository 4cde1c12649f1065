import * as z from 'zod';
import { PersonId } from '../../schemas/faces.ts';
import type { Receipt } from '../../schemas/forgetting.ts';
import { runMachine } from '../deployment/execution.ts';
import type { Target } from '../deployment/target.ts';
import { idToForget } from './person.ts';
import { readReceipt } from './receipts.ts';

const Output = z.object({ receipt_key: z.string(), ids: z.array(PersonId) });

export interface Forgotten {
  readonly receipt: Receipt;
  readonly receipt_key: string;
  /** All ids of the person. Whoever keeps copies has to remove what tells of them. */
  readonly ids: readonly PersonId[];
}

/** Removes everything about a person for good, and with `photos` the photos that the person is in. */
export async function forgetPerson(
  target: Target,
  wanted: string,
  { photos, signal }: { readonly photos: boolean; readonly signal: AbortSignal },
): Promise<Forgotten> {
  return forget(target, { person_id: await idToForget(target, wanted), photos }, signal);
}

/** Removes what tells of faces that nobody is named for, in photos that were uploaded more days ago. */
export const forgetNameless = (target: Target, days: number, signal: AbortSignal): Promise<Forgotten> =>
  forget(target, { unknown_older_than_days: days }, signal);

async function forget(target: Target, input: object, signal: AbortSignal): Promise<Forgotten> {
  const { output } = await runMachine(target, 'forget-person', input, signal);
  const { receipt_key, ids } = Output.parse(output);
  return { receipt: await readReceipt(target, receipt_key), receipt_key, ids };
}
