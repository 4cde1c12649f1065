import type { SearchPool } from './search/search-pool.ts';
import { VectorIndex, type Match } from './search/vector-index.ts';
import { mean } from './vectors.ts';

/** An indexed face without its vector. */
export interface StoredFace {
  FaceId: string;
  ImageId: string;
  BoundingBox: { Width: number; Height: number; Left: number; Top: number };
  Confidence: number;
  ExternalImageId?: string;
  UserId?: string;
  /** Hash of the picture and its ExternalImageId, by which the same face is not saved twice. */
  source: string;
}

export interface CollectionRecord {
  id: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  tags: Record<string, string>;
}

/** What a search needs of one collection, in memory: vectors and ids. It mirrors the store, and saves nothing itself. */
export class Collection {
  record: CollectionRecord;
  readonly faces: VectorIndex;
  /** User ids with the ids of their faces. */
  readonly users = new Map<string, Set<string>>();
  readonly #userIndex: VectorIndex;

  constructor(record: CollectionRecord, pool: SearchPool) {
    this.record = record;
    this.faces = new VectorIndex(pool);
    this.#userIndex = new VectorIndex(pool);
  }

  /** A user's vector is the mean of their faces' vectors; a user without faces is never found. */
  putUser(id: string, faceIds: Set<string>): void {
    this.users.set(id, faceIds);
    const vector = this.meanOf(faceIds);
    if (vector) this.#userIndex.put(id, vector);
    else this.#userIndex.remove(id);
  }

  removeUser(id: string): void {
    this.users.delete(id);
    this.#userIndex.remove(id);
  }

  userVector(id: string): Float32Array | undefined {
    return this.#userIndex.get(id);
  }

  meanOf(faceIds: Iterable<string>): Float32Array | undefined {
    const vectors = [...faceIds].flatMap((id) => this.faces.get(id) ?? []);
    return vectors.length > 0 ? mean(vectors) : undefined;
  }

  searchUsers(vector: Float32Array, threshold: number, limit: number): Promise<Match<string>[]> {
    return this.#userIndex.search(vector, threshold, limit);
  }

  close(): void {
    this.faces.close();
    this.#userIndex.close();
  }
}
