import type { Stayed } from '../../client/people/portraits.ts';
import { printable } from '../../client/text.ts';
import type { Terminal } from '../terminal.ts';

/** Says which portraits could not be moved. */
export function noteStayed(terminal: Terminal, stayed: readonly Stayed[]): void {
  for (const { key, reason } of stayed) terminal.note(`${printable(key)} stays where it is: ${printable(reason)}`);
}
