import type { Target } from '../../client/deployment/target.ts';
import { stayedOf, type Moves } from '../../client/people/portraits.ts';
import { printable } from '../../client/text.ts';
import type { Terminal } from '../terminal.ts';

/** Says which portraits could not be moved, and gives how many were. */
export async function noteMoved(target: Target, terminal: Terminal, moves: Moves): Promise<number> {
  const stayed = await stayedOf(target, moves);
  for (const { key, reason } of stayed) terminal.note(`${printable(key)} stays where it is: ${printable(reason)}`);
  return moves.portraits.length - stayed.length;
}
