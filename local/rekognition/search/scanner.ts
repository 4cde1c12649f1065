import { readFile } from 'node:fs/promises';
import TinyQueue from 'tinyqueue';
import { compile } from 'watr';
import { BYTES_PER_VECTOR, VECTORS_AT } from './layout.ts';

/** A block of vectors that is scanned at once. Its finds fit between FOUND_AT and VECTORS_AT. */
const BLOCK = 1024;
const QUERY_AT = 0;
const FOUND_AT = BYTES_PER_VECTOR;

type Scan = (query: number, found: number, vector: number, end: number, bound: number) => number;

export interface Query {
  readonly vector: Float32Array;
  /** How many slots to look at. */
  readonly slots: number;
  /** The largest distance of interest. */
  readonly farthest: number;
  readonly limit: number;
}

interface Find {
  readonly slot: number;
  /** Squared. */
  readonly distance: number;
}

/** Assembles the scan, which is WebAssembly with SIMD. */
export async function assembleScan(): Promise<WebAssembly.Module> {
  const text = await readFile(new URL('scan.wat', import.meta.url), 'utf8');
  return WebAssembly.compile(compile(text) as Uint8Array<ArrayBuffer>);
}

/** Searches one memory of vectors. Its first page is the scan's own: a memory has only one scanner. */
export class Scanner {
  readonly #memory: WebAssembly.Memory;
  readonly #scan: Scan;

  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#scan = new WebAssembly.Instance(module, { index: { memory } }).exports['scan'] as Scan;
  }

  /** The slots of the nearest vectors, in no order: `limit` of them, and more if they are as near as the last one. */
  nearest({ vector, slots, farthest, limit }: Query): number[] {
    new Float32Array(this.#memory.buffer, QUERY_AT, vector.length).set(vector);
    const addresses = new Uint32Array(this.#memory.buffer, 0, VECTORS_AT / 4);
    const distances = new Float32Array(this.#memory.buffer, 0, VECTORS_AT / 4);
    const nearest = new TinyQueue<Find>([], (a, b) => b.distance - a.distance);
    let ties: Find[] = [];
    let bound = farthest ** 2;
    for (let from = 0; from < slots; from += BLOCK) {
      const end = addressOf(Math.min(from + BLOCK, slots));
      const foundEnd = this.#scan(QUERY_AT, FOUND_AT, addressOf(from), end, bound);
      for (let at = FOUND_AT / 4; at < foundEnd / 4; at += 2) {
        nearest.push({ slot: slotOf(addresses[at]!), distance: distances[at + 1]! });
        if (nearest.length <= limit) continue;
        const dropped = nearest.pop()!;
        const last = nearest.peek()!.distance;
        if (last < bound) ties = [];
        bound = last;
        if (dropped.distance === last) ties.push(dropped);
      }
    }
    return [...nearest.data, ...ties].map(({ slot }) => slot);
  }
}

const addressOf = (slot: number) => VECTORS_AT + slot * BYTES_PER_VECTOR;
const slotOf = (address: number) => (address - VECTORS_AT) / BYTES_PER_VECTOR;
