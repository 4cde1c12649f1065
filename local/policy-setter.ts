import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Reads a policy and threads from each line, and answers with a line. A thread that has ended is no error. */
const SCRIPT = `command -v chrt > /dev/null || exit 1
while read -r policy threads; do
  for thread in $threads; do chrt "$policy" --pid 0 "$thread"; done
  echo
done`;

/**
 * Sets the scheduling policies of threads by the command `chrt`, since Node.js cannot. One shell starts it for all of
 * them: to start a program takes a process of a gigabyte 10 to 80 ms, in which its main thread does nothing else.
 */
export class PolicySetter {
  readonly #shell = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly #answers = createInterface({ input: this.#shell.stdout })[Symbol.asyncIterator]();

  constructor() {
    // Neither a shell nor its end must end the account. Whoever waits for an answer learns of it.
    this.#shell.on('error', () => {});
    this.#shell.stdin.on('error', () => {});
    for (const part of [this.#shell, this.#shell.stdin, this.#shell.stdout]) (part as { unref?(): void }).unref?.();
  }

  /** Rejects where there is no `chrt`. */
  async set(policy: '--idle' | '--other', threads: readonly string[]): Promise<void> {
    if (threads.length === 0) return;
    this.#shell.stdin.write(`${policy} ${threads.join(' ')}\n`);
    const { done } = await this.#answers.next();
    if (done) throw new Error('Policies of threads cannot be set here: there is no chrt.');
  }

  close(): void {
    this.#shell.stdin.end();
  }
}
