import type { MessagePort } from 'node:worker_threads';
import type { DirectReads, RowsRead } from './direct-reads.ts';

type Question = { readonly id: number; readonly kind: keyof DirectReads; readonly input: readonly unknown[] };
type Value = RowsRead | string | Uint8Array;
type Answer = { readonly id: number } & (
  | { readonly value: Value }
  | { readonly error: { readonly name: string; readonly message: string } }
);

/** Answers what another thread reads of an account of this one, until the port closes. */
export function answerReads(port: MessagePort, reads: DirectReads): void {
  const answer = async ({ id, kind, input }: Question): Promise<Answer> => {
    try {
      const value = await (reads[kind] as (...args: readonly unknown[]) => Promise<Value>)(...input);
      return { id, value };
    } catch (error) {
      const { name, message } = error as Error;
      return { id, error: { name, message } };
    }
  };
  port.on('message', async (question: Question) => port.postMessage(await answer(question), []));
}

/** Reads what an account has in the thread at the other end of the port. Errors have the names that they have there. */
export function readsOver(port: MessagePort): DirectReads {
  const waiting = new Map<number, { resolve(value: Value): void; reject(error: Error): void }>();
  let asked = 0;
  port.on('message', (answer: Answer) => {
    const asking = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('value' in answer) return asking?.resolve(answer.value);
    asking?.reject(Object.assign(new Error(answer.error.message), { name: answer.error.name }));
  });
  const ask = (kind: Question['kind'], input: Question['input']) =>
    new Promise<Value>((resolve, reject) => {
      const id = asked++;
      waiting.set(id, { resolve, reject });
      port.postMessage({ id, kind, input } satisfies Question, []);
    });
  return {
    rows: async (...input) => (await ask('rows', input)) as RowsRead,
    executions: async (...input) => (await ask('executions', input)) as string,
    object: async (...input) => Buffer.from((await ask('object', input)) as Uint8Array),
  };
}
