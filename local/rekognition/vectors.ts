/**
 * All vectors of a collection in one array, so that a search is one pass over memory. A freed slot never matches, and
 * is reused.
 */
export class Vectors {
  readonly #length: number;
  #data: Float32Array;
  #used = 0;
  readonly #free: number[] = [];

  constructor(length: number) {
    this.#length = length;
    this.#data = new Float32Array(length * 16);
  }

  add(vector: Float32Array): number {
    const slot = this.#free.pop() ?? this.#used++;
    if ((slot + 1) * this.#length > this.#data.length) {
      const larger = new Float32Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(vector, slot * this.#length);
    return slot;
  }

  remove(slot: number): void {
    this.#data.fill(Infinity, slot * this.#length, (slot + 1) * this.#length);
    this.#free.push(slot);
  }

  get(slot: number): Float32Array {
    return this.#data.slice(slot * this.#length, (slot + 1) * this.#length);
  }

  /** Euclidean distance from the vector to every slot; Infinity for a free slot. */
  distances(vector: Float32Array): Float32Array {
    const [data, length, used] = [this.#data, this.#length, this.#used];
    const distances = new Float32Array(used);
    for (let slot = 0, at = 0; slot < used; slot++) {
      // Four independent sums, which the processor can compute in parallel.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let i = 0; i < length; i += 4, at += 4) {
        const da = data[at]! - vector[i]!;
        const db = data[at + 1]! - vector[i + 1]!;
        const dc = data[at + 2]! - vector[i + 2]!;
        const dd = data[at + 3]! - vector[i + 3]!;
        a += da * da;
        b += db * db;
        c += dc * dc;
        d += dd * dd;
      }
      distances[slot] = Math.sqrt(a + b + c + d);
    }
    return distances;
  }
}

export function mean(vectors: Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! / vectors.length;
  return sum;
}

export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}
