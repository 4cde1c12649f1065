import type { Searched } from '../../client/decisions/re-recognize.ts';
import { priceOf } from '../../client/prices.ts';
import { counted } from '../../client/text.ts';
import type { Terminal } from '../terminal.ts';
import { facesOf, noteBatch } from './batch.ts';

/** How many searches it takes at most, and what they cost in AWS. */
export function costOf(faces: number, { aws = false }: { readonly aws?: boolean }): string {
  const cost = aws ? `, about ${priceOf(faces)}` : '';
  return `${counted(faces, 'face')}: at most as many searches${cost}.`;
}

export function noteSearched(terminal: Terminal, { batch, found }: Searched): void {
  if (found.length === 0) terminal.note('Nobody was found in them.');
  else noteBatch(terminal, `Named: ${facesOf([...found])}`, batch);
}
