import { DESCRIPTOR_LENGTH } from '../engine/types.ts';
import { distanceOf, similarityOf } from '../similarity.ts';
import { distance } from '../vectors.ts';
import { BYTES_PER_VECTOR, BYTES_PER_WASM_PAGE, VECTORS_AT } from './layout.ts';
import type { SearchedIndex, SearchPool } from './search-pool.ts';

export interface Match<Item> {
  item: Item;
  similarity: number;
}

/** Pages of 64 KB of a WebAssembly memory: 4 GB, which 8.3 million vectors fill. Unused pages take no memory. */
const MAX_PAGES = 65_536;
/** Finds of vectors at the edge of the threshold are decided in 64-bit floats; the scan computes in 32-bit floats. */
const ROUNDING = 1e-4;
const MAX_FLOAT32 = 3.4e38;

let indexes = 0;

/**
 * Vectors by id, in one memory that the search thread shares. Adding and removing take effect at once. A free slot
 * holds infinite values, which no search finds, and is used again.
 */
export class VectorIndex implements SearchedIndex {
  readonly number = indexes++;
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES, shared: true });
  readonly #slots = new Map<string, number>();
  readonly #ids: (string | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #pool: SearchPool;

  constructor(pool: SearchPool) {
    this.#pool = pool;
  }

  get size(): number {
    return this.#slots.size;
  }

  has(id: string): boolean {
    return this.#slots.has(id);
  }

  ids(): IterableIterator<string> {
    return this.#slots.keys();
  }

  slotOf(id: string): number | undefined {
    return this.#slots.get(id);
  }

  idAt(slot: number): string | undefined {
    return this.#ids[slot];
  }

  /** The slots that the next `count` new vectors take, in order. */
  nextSlots(count: number): number[] {
    const reused = this.#free.slice(-count).toReversed();
    return Array.from({ length: count }, (_, i) => reused[i] ?? this.#ids.length + i - reused.length);
  }

  put(id: string, vector: Float32Array): void {
    let slot = this.#slots.get(id);
    if (slot === undefined) {
      slot = this.#free.pop() ?? this.#ids.length;
      this.#slots.set(id, slot);
      this.#ids[slot] = id;
      this.#reserve(slot + 1);
    }
    this.#view(slot).set(vector);
  }

  /** Fills the next slots with the bytes of vectors as they were saved. A slot without an id stays free. */
  load(ids: readonly (string | undefined)[], vectors: Uint8Array): void {
    const first = this.#ids.length;
    this.#reserve(first + ids.length);
    new Uint8Array(this.memory.buffer).set(vectors, VECTORS_AT + first * BYTES_PER_VECTOR);
    for (const [i, id] of ids.entries()) {
      this.#ids.push(id);
      if (id === undefined) this.#release(first + i);
      else this.#slots.set(id, first + i);
    }
  }

  remove(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#slots.delete(id);
    this.#ids[slot] = undefined;
    this.#release(slot);
  }

  get(id: string): Float32Array | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.#view(slot).slice();
  }

  /** Most similar first. Ties are in id order, so that the result does not depend on the order of writing. */
  async search(vector: Float32Array, threshold: number, limit: number): Promise<Match<string>[]> {
    if (this.size === 0 || limit === 0) return [];
    const farthest = Math.min(Math.sqrt(MAX_FLOAT32), Math.max(0, distanceOf(threshold)) * (1 + ROUNDING) + ROUNDING);
    const query = { vector, slots: this.#ids.length, farthest, limit };
    const matches: Match<string>[] = [];
    for (const slot of await this.#pool.nearest(this, query)) {
      // What the slot holds now counts: it may have been freed or taken by another id during the search.
      const item = this.#ids[slot];
      if (item === undefined) continue;
      const similarity = similarityOf(distance(this.#view(slot), vector));
      if (similarity >= threshold) matches.push({ item, similarity });
    }
    return matches.sort((a, b) => b.similarity - a.similarity || (a.item < b.item ? -1 : 1)).slice(0, limit);
  }

  /** Frees what the search thread holds of this index. */
  close(): void {
    this.#pool.forget(this);
  }

  #release(slot: number): void {
    this.#view(slot).fill(Infinity);
    this.#free.push(slot);
  }

  #view(slot: number): Float32Array {
    return new Float32Array(this.memory.buffer, VECTORS_AT + slot * BYTES_PER_VECTOR, DESCRIPTOR_LENGTH);
  }

  /** Grows by an eighth, and in place: growing copies nothing. */
  #reserve(slots: number): void {
    const needed = VECTORS_AT + slots * BYTES_PER_VECTOR - this.memory.buffer.byteLength;
    if (needed <= 0) return;
    const pages = Math.ceil(Math.max(needed, this.memory.buffer.byteLength / 8) / BYTES_PER_WASM_PAGE);
    this.memory.grow(pages);
  }
}
