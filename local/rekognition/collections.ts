import { ServiceError } from '../aws-json.ts';
import { Mutex } from '../mutex.ts';
import { openSublevel, type Store } from '../store.ts';
import { Collection, type CollectionRecord, type StoredFace } from './collection.ts';
import { collectionNotFound, invalidPage } from './errors.ts';
import { SearchPool } from './search/search-pool.ts';
import type { Match } from './search/vector-index.ts';
import { changedPages, loadPage, type SlotChange } from './search/vector-pages.ts';
import { IN_LARGE_READS, key, prefixRange, saveFace, savePages, saveSource, type Change } from './store-changes.ts';

interface SavedUser {
  faceIds: string[];
}

interface SavedToken {
  request: string;
  at: number;
}

/** How long a ClientRequestToken is remembered, which is longer than any client retries. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * All collections: vectors and ids in memory for searching, everything in the store. Each change is one atomic batch,
 * written to the store before the memory is updated. Changes run one at a time.
 */
export class Collections {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #byId = new Map<string, Collection>();
  readonly #mutex = new Mutex();
  readonly #pool = new SearchPool();

  private constructor(store: Store, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  static async open(store: Store, now: () => Date): Promise<Collections> {
    const collections = new Collections(openSublevel(store, 'rekognition'), now);
    await collections.#load();
    return collections;
  }

  get(id: string): Collection {
    const collection = this.#byId.get(id);
    if (!collection) throw collectionNotFound(id);
    return collection;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Ends the thread that searches. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Runs changes one at a time, so that what a change has checked still holds when it is written. */
  exclusive<Result>(change: () => Promise<Result>): Promise<Result> {
    return this.#mutex.run(change);
  }

  async putRecord(record: CollectionRecord): Promise<void> {
    await this.#write([{ type: 'put', key: key.collection(record.id), value: record }]);
    const known = this.#byId.get(record.id);
    if (known) known.record = record;
    else this.#byId.set(record.id, new Collection(record, this.#pool));
  }

  async remove(id: string): Promise<void> {
    const changes: Change[] = [{ type: 'del', key: key.collection(id) }];
    for (const prefix of [`face/${id}/`, `source/${id}/`, `vectors/${id}/`, `user/${id}/`, `token/${id}/`]) {
      for await (const found of this.#store.keys(prefixRange(prefix))) changes.push({ type: 'del', key: found });
    }
    await this.#write(changes);
    this.#byId.get(id)?.close();
    this.#byId.delete(id);
  }

  /** The faces with these ids, in their order. Ids that are not in the collection are left out. */
  async faces(id: string, faceIds: readonly string[]): Promise<StoredFace[]> {
    const found = await this.#store.getMany(faceIds.map((faceId) => key.face(id, faceId)));
    return found.flatMap((face) => (face as StoredFace | undefined) ?? []);
  }

  /** Faces indexed from the same picture under the same ExternalImageId. */
  async facesOf(id: string, source: string): Promise<StoredFace[]> {
    return this.faces(id, await this.#idsOf(id, source));
  }

  async searchFaces(id: string, vector: Float32Array, threshold: number, limit: number): Promise<Match<StoredFace>[]> {
    const matches = await this.get(id).faces.search(vector, threshold, limit);
    const faces = await this.faces(
      id,
      matches.map(({ item }) => item),
    );
    const byId = new Map(faces.map((face) => [face.FaceId, face]));
    return matches.flatMap(({ item, similarity }) => {
      const face = byId.get(item);
      return face ? [{ item: face, similarity }] : [];
    });
  }

  async putFaces(id: string, faces: { face: StoredFace; vector: Float32Array }[]): Promise<void> {
    const index = this.get(id).faces;
    const slots = index.nextSlots(faces.length);
    const changes = new Map(
      faces.map(({ face, vector }, i): [number, SlotChange] => [slots[i]!, { id: face.FaceId, vector }]),
    );
    const sources: Change[] = [];
    for (const [source, added] of Map.groupBy(faces, ({ face }) => face.source)) {
      const known = await this.#idsOf(id, source);
      sources.push(saveSource(id, source, [...known, ...added.map(({ face }) => face.FaceId)]));
    }
    await this.#write([
      ...faces.map(({ face }) => saveFace(id, face)),
      ...sources,
      ...savePages(id, changedPages(index, changes)),
    ]);
    for (const { face, vector } of faces) index.put(face.FaceId, vector);
  }

  async removeFaces(id: string, faceIds: string[]): Promise<void> {
    const index = this.get(id).faces;
    const faces = await this.faces(id, faceIds);
    const changes = new Map(faces.map(({ FaceId }): [number, SlotChange] => [index.slotOf(FaceId)!, undefined]));
    const sources: Change[] = [];
    for (const [source, removed] of Map.groupBy(faces, (face) => face.source)) {
      const known = await this.#idsOf(id, source);
      sources.push(
        saveSource(
          id,
          source,
          known.filter((faceId) => removed.every(({ FaceId }) => FaceId !== faceId)),
        ),
      );
    }
    await this.#write([
      ...faces.map(({ FaceId }): Change => ({ type: 'del', key: key.face(id, FaceId) })),
      ...sources,
      ...savePages(id, changedPages(index, changes)),
    ]);
    for (const { FaceId } of faces) index.remove(FaceId);
  }

  /** Saves a user, the faces that were added or removed, and the request's token in one batch. */
  async putUser(id: string, userId: string, faceIds: Set<string>, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const before = collection.users.get(userId) ?? new Set<string>();
    const removed = [...before].filter((faceId) => !faceIds.has(faceId));
    const added = [...faceIds].filter((faceId) => !before.has(faceId));
    const value: SavedUser = { faceIds: [...faceIds] };
    await this.#write([
      { type: 'put', key: key.user(id, userId), value },
      ...(await this.#saveUserOfFaces(id, removed, undefined)),
      ...(await this.#saveUserOfFaces(id, added, userId)),
      ...this.#saveToken(id, token),
    ]);
    collection.putUser(userId, faceIds);
  }

  async removeUser(id: string, userId: string, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const faceIds = [...(collection.users.get(userId) ?? [])];
    await this.#write([
      { type: 'del', key: key.user(id, userId) },
      ...(await this.#saveUserOfFaces(id, faceIds, undefined)),
      ...this.#saveToken(id, token),
    ]);
    collection.removeUser(userId);
  }

  /** Whether this request was done before. The same token with other parameters is an error. */
  async wasRequestDone(id: string, token: ClientToken | undefined): Promise<boolean> {
    if (!token) return false;
    const known = (await this.#store.get(key.token(id, token.token))) as SavedToken | undefined;
    if (!known) return false;
    if (known.request === token.request) return true;
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'The ClientRequestToken was used with other parameters.',
    );
  }

  collectionPage = (size: number, after?: string) => this.#page<CollectionRecord>(key.collection(''), size, after);

  facePage = (id: string, size: number, after?: string) => this.#page<StoredFace>(key.face(id, ''), size, after);

  userPage = (id: string, size: number, after?: string) => this.#page<SavedUser>(key.user(id, ''), size, after);

  /** A page starts after the last id of the previous one, because the store is sorted by id. */
  async #page<Value>(prefix: string, size: number, token: string | undefined) {
    const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
    if (token !== undefined && !after.startsWith(prefix)) throw invalidPage();
    const range = { ...prefixRange(prefix), ...(after && { gt: after }), limit: size + 1 };
    const found = (await this.#store.iterator(range).all()) as [string, Value][];
    const items = found.slice(0, size).map(([at, value]) => ({ id: at.slice(prefix.length), value }));
    const last = found.length > size ? found[size - 1]?.[0] : undefined;
    return { items, ...(last !== undefined && { NextToken: Buffer.from(last).toString('base64url') }) };
  }

  async #write(changes: Change[]): Promise<void> {
    await this.#store.batch(changes);
  }

  #saveToken(id: string, token: ClientToken | undefined): Change[] {
    if (!token) return [];
    const value: SavedToken = { request: token.request, at: this.#now().getTime() };
    return [{ type: 'put', key: key.token(id, token.token), value }];
  }

  async #idsOf(id: string, source: string): Promise<string[]> {
    return ((await this.#store.get(key.source(id, source))) as string[] | undefined) ?? [];
  }

  async #saveUserOfFaces(id: string, faceIds: string[], userId: string | undefined): Promise<Change[]> {
    const faces = await this.faces(id, faceIds);
    return faces.map(({ UserId: _, ...face }) =>
      saveFace(id, { ...face, ...(userId !== undefined && { UserId: userId }) }),
    );
  }

  async #load(): Promise<void> {
    const expired: Change[] = [];
    for await (const [at, value] of this.#store.iterator(prefixRange('token/'))) {
      if ((value as SavedToken).at < this.#now().getTime() - TOKEN_LIFE_MS) expired.push({ type: 'del', key: at });
    }
    await this.#write(expired);
    for await (const [, value] of this.#store.iterator(prefixRange('collection/'))) {
      const record = value as CollectionRecord;
      this.#byId.set(record.id, new Collection(record, this.#pool));
    }
    for (const [id, { faces }] of this.#byId) {
      const range = { ...prefixRange(`vectors/${id}/`), ...IN_LARGE_READS };
      for await (const page of this.#store.values<string, Buffer>(range)) loadPage(faces, page);
    }
    for await (const [at, value] of this.#store.iterator(prefixRange('user/'))) {
      const [, id, userId] = at.split('/');
      this.#byId.get(id!)?.putUser(userId!, new Set((value as SavedUser).faceIds));
    }
  }
}

export interface ClientToken {
  token: string;
  /** Hash of the request's parameters, which tells a retry from another request. */
  request: string;
}
