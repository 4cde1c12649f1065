import { printable } from '../client/text.ts';
import { type Terminal } from './terminal.ts';

export interface Progress {
  /** Counts one more item as done. */
  step(name: string): void;
  end(): void;
}

const WIDTH = 24;
const WHILE_NAMES_FIT = 30;

/** A progress bar on a terminal. Shows nothing in a pipe. */
export function progress(terminal: Terminal, doing: string, total: number): Progress {
  const { repaint } = terminal;
  if (!repaint || total === 0) return { step: () => {}, end: () => {} };
  let done = 0;
  const paint = (name: string) => repaint(`${bar(done, total)} ${doing} ${done}/${total}  ${ending(printable(name))}`);
  paint('');
  return {
    step: (name) => {
      done += 1;
      paint(name);
    },
    end: () => repaint(''),
  };
}

function bar(done: number, total: number): string {
  const filled = Math.round((WIDTH * done) / total);
  return '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
}

/** Shows the end of a long path, which says more than its start. */
const ending = (name: string) => (name.length > WHILE_NAMES_FIT ? `…${name.slice(1 - WHILE_NAMES_FIT)}` : name);
