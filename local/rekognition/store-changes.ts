import type { StoredFace } from './collection.ts';

export type Change =
  | { type: 'put'; key: string; value: unknown; valueEncoding?: 'buffer' }
  | { type: 'del'; key: string };

/** No id contains a slash, so one id's prefix never matches another id. */
export const key = {
  collection: (id: string) => `collection/${id}`,
  face: (id: string, faceId: string) => `face/${id}/${faceId}`,
  /** The ids of the faces of one source. */
  source: (id: string, source: string) => `source/${id}/${source}`,
  /** See vector-pages.ts. */
  vectors: (id: string, page: number) => `vectors/${id}/${String(page).padStart(8, '0')}`,
  user: (id: string, userId: string) => `user/${id}/${userId}`,
  token: (id: string, token: string) => `token/${id}/${token}`,
};

/** The range of keys that start with the prefix. */
export const prefixRange = (prefix: string) => ({ gt: prefix, lt: `${prefix}\uffff` });

/** Options of LevelDB's iterator: a page of vectors has 34 KB, and the default reads 16 KB at a time. */
export const IN_LARGE_READS = { valueEncoding: 'buffer', fillCache: false, highWaterMarkBytes: 2 ** 23 };

export const saveFace = (id: string, face: StoredFace): Change => ({
  type: 'put',
  key: key.face(id, face.FaceId),
  value: face,
});

/** The ids of the faces that are left of one source. */
export function saveSource(id: string, source: string, faceIds: string[]): Change {
  const at = key.source(id, source);
  return faceIds.length === 0 ? { type: 'del', key: at } : { type: 'put', key: at, value: faceIds };
}

export const savePages = (id: string, pages: ReadonlyMap<number, Buffer>): Change[] =>
  [...pages].map(([page, value]) => ({ type: 'put', key: key.vectors(id, page), value, valueEncoding: 'buffer' }));
