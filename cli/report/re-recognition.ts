import type { Searched } from '../../client/decisions/re-recognize.ts';
import { counted } from '../../client/text.ts';
import type { Terminal } from '../terminal.ts';
import { facesOf, noteBatch } from './batch.ts';

/** SearchFacesByImage, in US dollars, up to a million calls a month (Rekognition's price list, us-east-1, 2026-11). */
const DOLLARS_PER_SEARCH = 0.001;

/** How many searches it takes, and what they cost in AWS. */
export function costOf(faces: number, { aws = false }: { readonly aws?: boolean }): string {
  const cost = aws ? `, about $${(faces * DOLLARS_PER_SEARCH).toFixed(2)}` : '';
  return `${counted(faces, 'unknown face')}: as many searches${cost}.`;
}

export function noteSearched(terminal: Terminal, { batch, found }: Searched): void {
  if (found.length === 0) terminal.note('Nobody was found in them.');
  else noteBatch(terminal, `Named: ${facesOf([...found])}`, batch);
}
