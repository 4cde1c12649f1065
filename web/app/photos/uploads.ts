import { useSyncExternalStore } from 'react';
import type { Photo } from '../../api/schemas/photos.ts';
import type { Upload } from '../../api/schemas/uploads.ts';
import { get, send } from '../api/client.ts';
import { put } from '../api/put.ts';
import { LIVE } from '../api/queries.ts';
import type { Page } from '../api/types.ts';

type State = 'waiting' | 'sending' | 'recognizing' | 'done' | 'rejected' | 'failed';
export interface Item {
  id: number;
  name: string;
  sent: number;
  state: State;
  image_id?: string;
  message?: string;
}

/** Files that are sent at once: a browser opens six connections to one origin, and the page needs some. */
const AT_ONCE = 3;
/** Addresses that are asked for at once. */
const BATCH = 200;
/** How far the clock of the account may be behind, in milliseconds. */
const SKEW = 300_000;
/** Of at most 500 photos: so many are followed at once. */
const MOST_PAGES = 20;

let items: readonly Item[] = [];
const listeners = new Set<() => void>();

const change = (next: readonly Item[]) => {
  items = next;
  for (const listener of listeners) listener();
};
const update = (id: number, changes: Partial<Item>) =>
  change(items.map((item) => (item.id === id ? { ...item, ...changes } : item)));

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useUploads = () => useSyncExternalStore(subscribe, () => items);
export const clearUploads = () => change([]);

/** Sends files to the bucket, and follows each until it is recognized. */
export async function upload(files: readonly File[]): Promise<void> {
  const began = Date.now();
  const first = (items.at(-1)?.id ?? 0) + 1;
  const added = files.map((file, index) => ({ file, id: first + index }));
  change([...items, ...added.map(({ file, id }): Item => ({ id, name: nameOf(file), sent: 0, state: 'waiting' }))]);
  for (let start = 0; start < added.length; start += BATCH) await sendBatch(added.slice(start, start + BATCH));
  await watch(began);
}

interface Added {
  file: File;
  id: number;
}

/** With its folder, if a folder was chosen or dropped. */
const nameOf = (file: File) => file.webkitRelativePath || file.name;

async function sendBatch(batch: readonly Added[]): Promise<void> {
  const files = batch.map(({ file }) => ({ name: nameOf(file), size: file.size, type: file.type }));
  try {
    const uploads = await send<Upload[]>('POST', '/uploads', { files });
    const left = batch.map((added, index) => ({ ...added, to: uploads[index]! }));
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = left.shift(); next; next = left.shift()) await sendOne(next.file, next.id, next.to);
      }),
    );
  } catch (error) {
    for (const { id } of batch) update(id, { state: 'failed', message: (error as Error).message });
  }
}

async function sendOne(file: File, id: number, { url, headers, image_id }: Upload): Promise<void> {
  update(id, { state: 'sending', image_id });
  try {
    await put(file, url, headers, (sent) => update(id, { sent }));
    update(id, { sent: 1, state: 'recognizing' });
  } catch (error) {
    update(id, { state: 'failed', message: (error as Error).message });
  }
}

let watching = false;

async function watch(since: number): Promise<void> {
  if (watching) return;
  watching = true;
  try {
    while (recognizing().length > 0) {
      await look(since).catch(() => undefined);
      await new Promise((resolve) => {
        setTimeout(resolve, LIVE);
      });
    }
  } finally {
    watching = false;
  }
}

const recognizing = () => items.filter(({ state }) => state === 'recognizing');

/** Lists what came since the uploads began. A photo has no row yet until its execution claims it. */
async function look(since: number): Promise<void> {
  const from = new Date(since - SKEW).toISOString();
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && recognizing().length > 0; page += 1) {
    const photos = await get<Page<Photo>>('/photos', { from, limit: 500, cursor });
    const byId = new Map(photos.items.map((photo) => [photo.image_id, photo]));
    for (const { id, image_id = '' } of recognizing()) settle(id, byId.get(image_id));
    cursor = photos.cursor;
    if (!cursor) return;
  }
}

function settle(id: number, photo: Photo | undefined): void {
  if (photo?.status === 'COMPLETED' || photo?.status === 'NO_FACES') update(id, { state: 'done' });
  if (photo?.status === 'REJECTED') update(id, { state: 'rejected', message: photo.message ?? 'No readable picture.' });
  if (photo?.status === 'FAILED') update(id, { state: 'failed', message: photo.error ?? 'Its execution failed.' });
}
