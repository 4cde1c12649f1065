import { ServiceError } from '../aws-json.ts';
import { Mutex } from '../mutex.ts';
import { openSublevel, type Store } from '../store.ts';
import { Collection, type CollectionRecord, type StoredFace } from './collection.ts';
import { collectionNotFound, invalidPage } from './errors.ts';

type Change = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

interface SavedFace extends StoredFace {
  /** The descriptor's 128 floats, base64. */
  vector: string;
}

interface SavedUser {
  faceIds: string[];
}

interface SavedToken {
  request: string;
  at: number;
}

/** No id contains a slash, so one id's prefix never matches another id. */
const key = {
  collection: (id: string) => `collection/${id}`,
  face: (id: string, faceId: string) => `face/${id}/${faceId}`,
  user: (id: string, userId: string) => `user/${id}/${userId}`,
  token: (id: string, token: string) => `token/${id}/${token}`,
};

/** How long a ClientRequestToken is remembered, which is longer than any client retries. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * All collections, in memory for searching and in the store for persistence. Each change is one atomic batch, written
 * to the store before the memory is updated. Changes run one at a time.
 */
export class Collections {
  readonly #store: Store;
  readonly #now: () => Date;
  readonly #byId = new Map<string, Collection>();
  readonly #mutex = new Mutex();

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

  /** Runs changes one at a time, so that what a change has checked still holds when it is written. */
  exclusive<Result>(change: () => Promise<Result>): Promise<Result> {
    return this.#mutex.run(change);
  }

  async putRecord(record: CollectionRecord): Promise<void> {
    await this.#write([{ type: 'put', key: key.collection(record.id), value: record }]);
    const known = this.#byId.get(record.id);
    if (known) known.record = record;
    else this.#byId.set(record.id, new Collection(record));
  }

  async remove(id: string): Promise<void> {
    const changes: Change[] = [{ type: 'del', key: key.collection(id) }];
    for (const prefix of [key.face(id, ''), key.user(id, ''), key.token(id, '')]) {
      for await (const found of this.#store.keys(prefixRange(prefix))) changes.push({ type: 'del', key: found });
    }
    await this.#write(changes);
    this.#byId.delete(id);
  }

  async putFaces(id: string, faces: { face: StoredFace; vector: Float32Array }[]): Promise<void> {
    const collection = this.get(id);
    await this.#write(faces.map(({ face, vector }) => saveFace(id, face, vector)));
    for (const { face, vector } of faces) collection.putFace(face, vector);
  }

  async removeFaces(id: string, faceIds: string[]): Promise<void> {
    const collection = this.get(id);
    await this.#write(faceIds.map((faceId) => ({ type: 'del', key: key.face(id, faceId) })));
    for (const faceId of faceIds) collection.removeFace(faceId);
  }

  /** Saves a user, the faces that were added or removed, and the request's token in one batch. */
  async putUser(id: string, userId: string, faceIds: Set<string>, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const before = collection.users.get(userId) ?? new Set<string>();
    const removed = [...before]
      .filter((faceId) => !faceIds.has(faceId))
      .map((faceId) => withUser(collection, faceId, undefined));
    const added = [...faceIds]
      .filter((faceId) => !before.has(faceId))
      .map((faceId) => withUser(collection, faceId, userId));
    const changed = [...removed, ...added];
    const value: SavedUser = { faceIds: [...faceIds] };
    await this.#write([
      { type: 'put', key: key.user(id, userId), value },
      ...changed.map(({ face, vector }) => saveFace(id, face, vector)),
      ...this.#saveToken(id, token),
    ]);
    for (const { face } of changed) collection.faces.set(face.FaceId, face);
    collection.putUser(userId, faceIds);
  }

  async removeUser(id: string, userId: string, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const disassociated = [...(collection.users.get(userId) ?? [])].map((faceId) =>
      withUser(collection, faceId, undefined),
    );
    await this.#write([
      { type: 'del', key: key.user(id, userId) },
      ...disassociated.map(({ face, vector }) => saveFace(id, face, vector)),
      ...this.#saveToken(id, token),
    ]);
    for (const { face } of disassociated) collection.faces.set(face.FaceId, face);
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

  facePage = (id: string, size: number, after?: string) => this.#page<SavedFace>(key.face(id, ''), size, after);

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

  async #load(): Promise<void> {
    const expired: Change[] = [];
    for await (const [at, value] of this.#store.iterator(prefixRange('token/'))) {
      if ((value as SavedToken).at < this.#now().getTime() - TOKEN_LIFE_MS) expired.push({ type: 'del', key: at });
    }
    await this.#write(expired);
    for await (const [, value] of this.#store.iterator(prefixRange('collection/'))) {
      const record = value as CollectionRecord;
      this.#byId.set(record.id, new Collection(record));
    }
    for await (const [at, value] of this.#store.iterator(prefixRange('face/'))) {
      const { vector, ...face } = value as SavedFace;
      this.#byId.get(at.split('/')[1]!)?.putFace(face, unpack(vector));
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

/** The range of keys that start with the prefix. */
const prefixRange = (prefix: string) => ({ gt: prefix, lt: `${prefix}\uffff` });

function saveFace(id: string, face: StoredFace, vector: Float32Array): Change {
  const value: SavedFace = {
    ...face,
    vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64'),
  };
  return { type: 'put', key: key.face(id, face.FaceId), value };
}

function unpack(vector: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(vector, 'base64')).buffer);
}

function withUser(collection: Collection, faceId: string, userId: string | undefined) {
  const { UserId: _, ...face } = collection.faces.get(faceId)!;
  return { face: { ...face, ...(userId !== undefined && { UserId: userId }) }, vector: collection.vectorOf(faceId)! };
}
