import { part, type Store } from '../store.ts';
import { Collection, type CollectionRecord, type StoredFace } from './collection.ts';
import { collectionNotFound, invalidPage } from './errors.ts';
import { ServiceError } from '../aws-json.ts';

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

/** A slash is in no id, so a prefix is never part of another id. */
const key = {
  collection: (id: string) => `collection/${id}`,
  face: (id: string, faceId: string) => `face/${id}/${faceId}`,
  user: (id: string, userId: string) => `user/${id}/${userId}`,
  token: (id: string, token: string) => `token/${id}/${token}`,
};

/** How long a ClientRequestToken is remembered; longer than any client retries. */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;

/**
 * All collections: in memory for searching, in the store for good. Each change is one atomic batch, written before the
 * memory follows, and changes go one after the other.
 */
export class Collections {
  private readonly store: Store;
  private readonly now: () => Date;
  private readonly all = new Map<string, Collection>();
  private last: Promise<unknown> = Promise.resolve();

  private constructor(store: Store, now: () => Date) {
    this.store = store;
    this.now = now;
  }

  static async open(store: Store, now: () => Date): Promise<Collections> {
    const collections = new Collections(part(store, 'rekognition'), now);
    await collections.load();
    return collections;
  }

  get(id: string): Collection {
    const collection = this.all.get(id);
    if (!collection) throw collectionNotFound(id);
    return collection;
  }

  has(id: string): boolean {
    return this.all.has(id);
  }

  /** Runs changes one at a time, so that what a change has checked still holds when it writes. */
  exclusive<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(change);
    this.last = result.catch(() => {});
    return result;
  }

  async putRecord(record: CollectionRecord): Promise<void> {
    await this.write([{ type: 'put', key: key.collection(record.id), value: record }]);
    const known = this.all.get(record.id);
    if (known) known.record = record;
    else this.all.set(record.id, new Collection(record));
  }

  async remove(id: string): Promise<void> {
    const changes: Change[] = [{ type: 'del', key: key.collection(id) }];
    for (const prefix of [key.face(id, ''), key.user(id, ''), key.token(id, '')]) {
      for await (const found of this.store.keys(within(prefix))) changes.push({ type: 'del', key: found });
    }
    await this.write(changes);
    this.all.delete(id);
  }

  async putFaces(id: string, faces: { face: StoredFace; vector: Float32Array }[]): Promise<void> {
    const collection = this.get(id);
    await this.write(faces.map(({ face, vector }) => saveFace(id, face, vector)));
    for (const { face, vector } of faces) collection.putFace(face, vector);
  }

  async removeFaces(id: string, faceIds: string[]): Promise<void> {
    const collection = this.get(id);
    await this.write(faceIds.map((faceId) => ({ type: 'del', key: key.face(id, faceId) })));
    for (const faceId of faceIds) collection.removeFace(faceId);
  }

  /** Saves a user, the faces that came or went, and the request's token, all at once. */
  async putUser(id: string, userId: string, faceIds: Set<string>, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const before = collection.users.get(userId) ?? new Set<string>();
    const gone = [...before]
      .filter((faceId) => !faceIds.has(faceId))
      .map((faceId) => withUser(collection, faceId, undefined));
    const come = [...faceIds]
      .filter((faceId) => !before.has(faceId))
      .map((faceId) => withUser(collection, faceId, userId));
    const changed = [...gone, ...come];
    const value: SavedUser = { faceIds: [...faceIds] };
    await this.write([
      { type: 'put', key: key.user(id, userId), value },
      ...changed.map(({ face, vector }) => saveFace(id, face, vector)),
      ...this.saveToken(id, token),
    ]);
    for (const { face } of changed) collection.faces.set(face.FaceId, face);
    collection.putUser(userId, faceIds);
  }

  async removeUser(id: string, userId: string, token?: ClientToken): Promise<void> {
    const collection = this.get(id);
    const freed = [...(collection.users.get(userId) ?? [])].map((faceId) => withUser(collection, faceId, undefined));
    await this.write([
      { type: 'del', key: key.user(id, userId) },
      ...freed.map(({ face, vector }) => saveFace(id, face, vector)),
      ...this.saveToken(id, token),
    ]);
    for (const { face } of freed) collection.faces.set(face.FaceId, face);
    collection.removeUser(userId);
  }

  /** Whether this very request was done before. The same token on another request is an error. */
  async wasDone(id: string, token: ClientToken | undefined): Promise<boolean> {
    if (!token) return false;
    const known = (await this.store.get(key.token(id, token.token))) as SavedToken | undefined;
    if (!known) return false;
    if (known.request === token.request) return true;
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'The ClientRequestToken was used with other parameters.',
    );
  }

  collectionPage = (size: number, after?: string) => this.page<CollectionRecord>(key.collection(''), size, after);

  facePage = (id: string, size: number, after?: string) => this.page<SavedFace>(key.face(id, ''), size, after);

  userPage = (id: string, size: number, after?: string) => this.page<SavedUser>(key.user(id, ''), size, after);

  /** The store is sorted, and is its own index: a page goes on after the last id of the one before. */
  private async page<Value>(prefix: string, size: number, token: string | undefined) {
    const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
    if (token !== undefined && !after.startsWith(prefix)) throw invalidPage();
    const range = { ...within(prefix), ...(after && { gt: after }), limit: size + 1 };
    const found = (await this.store.iterator(range).all()) as [string, Value][];
    const items = found.slice(0, size).map(([at, value]) => ({ id: at.slice(prefix.length), value }));
    const last = found.length > size ? found[size - 1]?.[0] : undefined;
    return { items, ...(last !== undefined && { NextToken: Buffer.from(last).toString('base64url') }) };
  }

  private async write(changes: Change[]): Promise<void> {
    await this.store.batch(changes);
  }

  private saveToken(id: string, token: ClientToken | undefined): Change[] {
    if (!token) return [];
    const value: SavedToken = { request: token.request, at: this.now().getTime() };
    return [{ type: 'put', key: key.token(id, token.token), value }];
  }

  private async load(): Promise<void> {
    const old: Change[] = [];
    for await (const [at, value] of this.store.iterator(within('token/'))) {
      if ((value as SavedToken).at < this.now().getTime() - TOKEN_LIFE_MS) old.push({ type: 'del', key: at });
    }
    await this.write(old);
    for await (const [, value] of this.store.iterator(within('collection/'))) {
      const record = value as CollectionRecord;
      this.all.set(record.id, new Collection(record));
    }
    for await (const [at, value] of this.store.iterator(within('face/'))) {
      const { vector, ...face } = value as SavedFace;
      this.all.get(at.split('/')[1]!)?.putFace(face, unpack(vector));
    }
    for await (const [at, value] of this.store.iterator(within('user/'))) {
      const [, id, userId] = at.split('/');
      this.all.get(id!)?.putUser(userId!, new Set((value as SavedUser).faceIds));
    }
  }
}

export interface ClientToken {
  token: string;
  /** What was asked for, to tell a retry from another request. */
  request: string;
}

/** Everything that starts with the prefix. */
const within = (prefix: string) => ({ gt: prefix, lt: `${prefix}\uffff` });

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
