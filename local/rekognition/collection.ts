import { DESCRIPTOR_LENGTH } from './engine/nets/descriptor-net.ts';
import { similarityOf } from './similarity.ts';
import { mean, Vectors } from './vectors.ts';

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

export interface Match<Item> {
  item: Item;
  similarity: number;
}

/** One collection in memory, arranged for searching. It mirrors the store, and saves nothing itself. */
export class Collection {
  record: CollectionRecord;
  readonly faces = new Map<string, StoredFace>();
  /** User ids with the ids of their faces. */
  readonly users = new Map<string, Set<string>>();
  readonly #faceIdsBySource = new Map<string, Set<string>>();
  readonly #faceIndex = new VectorIndex();
  readonly #userIndex = new VectorIndex();

  constructor(record: CollectionRecord) {
    this.record = record;
  }

  putFace(face: StoredFace, vector: Float32Array): void {
    this.faces.set(face.FaceId, face);
    this.#faceIndex.put(face.FaceId, vector);
    const faceIds = this.#faceIdsBySource.get(face.source);
    if (faceIds) faceIds.add(face.FaceId);
    else this.#faceIdsBySource.set(face.source, new Set([face.FaceId]));
  }

  removeFace(id: string): void {
    const face = this.faces.get(id);
    if (!face) return;
    this.faces.delete(id);
    this.#faceIndex.remove(id);
    const faceIds = this.#faceIdsBySource.get(face.source);
    faceIds?.delete(id);
    if (faceIds?.size === 0) this.#faceIdsBySource.delete(face.source);
  }

  vectorOf(faceId: string): Float32Array | undefined {
    return this.#faceIndex.get(faceId);
  }

  /** Faces indexed from the same picture under the same ExternalImageId. */
  facesOf(source: string): StoredFace[] {
    return [...(this.#faceIdsBySource.get(source) ?? [])].flatMap((id) => this.faces.get(id) ?? []);
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
    const vectors = [...faceIds].flatMap((id) => this.vectorOf(id) ?? []);
    return vectors.length > 0 ? mean(vectors) : undefined;
  }

  searchFaces(vector: Float32Array, threshold: number, limit: number): Match<StoredFace>[] {
    return this.#faceIndex
      .search(vector, threshold, limit)
      .map(({ item, similarity }) => ({ item: this.faces.get(item)!, similarity }));
  }

  searchUsers(vector: Float32Array, threshold: number, limit: number): Match<string>[] {
    return this.#userIndex.search(vector, threshold, limit);
  }
}

/** Vectors by id. */
class VectorIndex {
  readonly #vectors = new Vectors(DESCRIPTOR_LENGTH);
  readonly #slots = new Map<string, number>();
  readonly #ids: string[] = [];

  put(id: string, vector: Float32Array): void {
    this.remove(id);
    const slot = this.#vectors.add(vector);
    this.#slots.set(id, slot);
    this.#ids[slot] = id;
  }

  remove(id: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    this.#vectors.remove(slot);
    this.#slots.delete(id);
  }

  get(id: string): Float32Array | undefined {
    const slot = this.#slots.get(id);
    return slot === undefined ? undefined : this.#vectors.get(slot);
  }

  /** Most similar first. Ties are in id order, so that the result does not depend on the order of writing. */
  search(vector: Float32Array, threshold: number, limit: number): Match<string>[] {
    const matches: Match<string>[] = [];
    for (const [slot, distance] of this.#vectors.distances(vector).entries()) {
      if (distance === Infinity) continue;
      const similarity = similarityOf(distance);
      if (similarity >= threshold) matches.push({ item: this.#ids[slot]!, similarity });
    }
    return matches.sort((a, b) => b.similarity - a.similarity || (a.item < b.item ? -1 : 1)).slice(0, limit);
  }
}
