import type { Target } from '../deployment/target.ts';
import { begin, waitForReceipt, type Forgotten } from './executions.ts';
import { idToForget } from './person.ts';

/** Starts to remove everything about a person for good, and with `photos` the photos that the person is in. */
export const beginForgetting = async (target: Target, wanted: string, photos: boolean): Promise<string> =>
  begin(target, { person_id: await idToForget(target, wanted), photos });

/** Starts to remove what tells of faces that nobody is named for, in photos that were uploaded more days ago. */
export const beginForgettingNameless = (target: Target, days: number): Promise<string> =>
  begin(target, { unknown_older_than_days: days });

/** Removes everything about a person, and waits for the receipt. */
export async function forgetPerson(
  target: Target,
  wanted: string,
  { photos, signal }: { readonly photos: boolean; readonly signal: AbortSignal },
): Promise<Forgotten> {
  return waitForReceipt(target, await beginForgetting(target, wanted, photos), signal);
}

/** Removes what tells of such faces, and waits for the receipt. */
export async function forgetNameless(target: Target, days: number, signal: AbortSignal): Promise<Forgotten> {
  return waitForReceipt(target, await beginForgettingNameless(target, days), signal);
}
