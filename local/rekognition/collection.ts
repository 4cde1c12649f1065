import { DESCRIPTOR_LENGTH } from './engine/nets/descriptor-net.ts';
import { similarityOf } from './similarity.ts';
import { mean, Vectors } from './vectors.ts';

/** What is kept of an indexed face besides its vector. */
export interface StoredFace {
  FaceId: string;
  ImageId: string;
  BoundingBox: { Width: number; Height: number; Left: number; Top: number };
  Confidence: number;
  ExternalImageId?: string;
  UserId?: string;
  /** Hash of the picture and its ExternalImageId: the same again is not saved twice. */
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

/** One collection in memory: what the store holds, arranged for searching. Nothing here is saved. */
export class Collection {
  record: CollectionRecord;
  readonly faces = new Map<string, StoredFace>();
  /** User ids with the ids of their faces. */
  readonly users = new Map<string, Set<string>>();
  private readonly sources = new Map<string, Set<string>>();
  private readonly faceIndex = new Index();
  private readonly userIndex = new Index();

  constructor(record: CollectionRecord) {
    this.record = record;
  }

  putFace(face: StoredFace, vector: Float32Array): void {
    this.faces.set(face.FaceId, face);
    this.faceIndex.put(face.FaceId, vector);
    const siblings = this.sources.get(face.source);
    if (siblings) siblings.add(face.FaceId);
    else this.sources.set(face.source, new Set([face.FaceId]));
  }

  removeFace(id: string): void {
    const face = this.faces.get(id);
    if (!face) return;
    this.faces.delete(id);
    this.faceIndex.remove(id);
    const siblings = this.sources.get(face.source);
    siblings?.delete(id);
    if (siblings?.size === 0) this.sources.delete(face.source);
  }

  vectorOf(faceId: string): Float32Array | undefined {
    return this.faceIndex.get(faceId);
  }

  /** Faces indexed from the same picture under the same ExternalImageId. */
  facesOf(source: string): StoredFace[] {
    return [...(this.sources.get(source) ?? [])].flatMap((id) => this.faces.get(id) ?? []);
  }

  /** A user is known by the mean of their faces; one without faces is never found. */
  putUser(id: string, faceIds: Set<string>): void {
    this.users.set(id, faceIds);
    const vector = this.meanOf(faceIds);
    if (vector) this.userIndex.put(id, vector);
    else this.userIndex.remove(id);
  }

  removeUser(id: string): void {
    this.users.delete(id);
    this.userIndex.remove(id);
  }

  userVector(id: string): Float32Array | undefined {
    return this.userIndex.get(id);
  }

  meanOf(faceIds: Iterable<string>): Float32Array | undefined {
    const vectors = [...faceIds].flatMap((id) => this.vectorOf(id) ?? []);
    return vectors.length > 0 ? mean(vectors) : undefined;
  }

  searchFaces(vector: Float32Array, least: number, most: number): Match<StoredFace>[] {
    return this.faceIndex
      .search(vector, least, most)
      .map(({ item, similarity }) => ({ item: this.faces.get(item)!, similarity }));
  }

  searchUsers(vector: Float32Array, least: number, most: number): Match<string>[] {
    return this.userIndex.search(vector, least, most);
  }
}

/** Vectors by id. */
class Index {
  private readonly vectors = new Vectors(DESCRIPTOR_LENGTH);
  private readonly slots = new Map<string, number>();
  private readonly ids: string[] = [];

  put(id: string, vector: Float32Array): void {
    this.remove(id);
    const slot = this.vectors.add(vector);
    this.slots.set(id, slot);
    this.ids[slot] = id;
  }

  remove(id: string): void {
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    this.vectors.remove(slot);
    this.slots.delete(id);
  }

  get(id: string): Float32Array | undefined {
    const slot = this.slots.get(id);
    return slot === undefined ? undefined : this.vectors.get(slot);
  }

  /** Most similar first; equals in the order of their ids, so that an answer never depends on the order of writing. */
  search(vector: Float32Array, least: number, most: number): Match<string>[] {
    const matches: Match<string>[] = [];
    for (const [slot, distance] of this.vectors.distances(vector).entries()) {
      if (distance === Infinity) continue;
      const similarity = similarityOf(distance);
      if (similarity >= least) matches.push({ item: this.ids[slot]!, similarity });
    }
    return matches.sort((a, b) => b.similarity - a.similarity || (a.item < b.item ? -1 : 1)).slice(0, most);
  }
}
