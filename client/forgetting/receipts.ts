import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Receipt } from '../../schemas/forgetting.ts';
import { PREFIXES, receiptKeyOf } from '../../schemas/keys.ts';
import { readJsonIfThere } from '../deployment/objects.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';

/** Reads a receipt, which must be as it was written. */
export async function readReceipt(target: Target, key: string): Promise<Receipt> {
  const receipt = await readJsonIfThere(target, key, Receipt);
  if (!receipt) throw new Failure(`There is no receipt ${key}.`);
  if (!hasItsHash(receipt)) throw new Failure(`${key} is damaged: its hash does not fit.`);
  return receipt;
}

const hasItsHash = ({ sha256, ...receipt }: Receipt): boolean =>
  createHash('sha256').update(JSON.stringify(receipt)).digest('hex') === sha256;

/** The id in `receipts/<id>.json`, or in what is only the id. Undefined if it is neither. */
export function receiptIdIn(text: string): string | undefined {
  const id = text.startsWith(PREFIXES.receipts) ? text.slice(PREFIXES.receipts.length, -'.json'.length) : text;
  return z.guid().safeParse(id).success && (text === id || text === receiptKeyOf(id)) ? id : undefined;
}
