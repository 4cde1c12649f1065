import { parentPort } from 'node:worker_threads';
import { assembleScan, Scanner, type Query } from './scanner.ts';

// The thread that searches, so that a search of a million vectors does not hold up the event loop.

export type SearchRequest =
  | { readonly kind: 'search'; readonly request: number; readonly index: number; readonly query: Query }
  /** Comes before the first search of an index. */
  | { readonly kind: 'open'; readonly index: number; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'close'; readonly index: number };

export interface SearchReply {
  readonly request: number;
  readonly slots: number[];
}

const port = parentPort!;
const scan = await assembleScan();
const scanners = new Map<number, Scanner>();

port.on('message', (message: SearchRequest) => {
  if (message.kind === 'open') scanners.set(message.index, new Scanner(scan, message.memory));
  else if (message.kind === 'close') scanners.delete(message.index);
  else {
    const slots = scanners.get(message.index)!.nearest(message.query);
    port.postMessage({ request: message.request, slots } satisfies SearchReply);
  }
});
