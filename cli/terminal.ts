/** The output of a command: results go to stdout, messages to stderr. */
export interface Terminal {
  print(text: string): void;
  note(text: string): void;
  /** Overwrites the last line of stderr. Absent if stderr is no terminal. */
  repaint?: ((text: string) => void) | undefined;
  readonly columns: number;
  /** Whether stdout shows colours. */
  readonly colours: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

const CLEAR_LINE = '\r\u001b[2K';

export function processTerminal(signal: AbortSignal): Terminal {
  const { stdout, stderr } = process;
  return {
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${stderr.isTTY ? CLEAR_LINE : ''}${text}\n`),
    repaint: stderr.isTTY ? (text) => void stderr.write(CLEAR_LINE + text) : undefined,
    columns: stdout.columns ?? 100,
    colours: stdout.isTTY && stdout.hasColors() && !process.env['NO_COLOR'],
    signal,
  };
}
