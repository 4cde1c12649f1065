import { useSyncExternalStore } from 'react';
import { get, send } from '../api/client.ts';
import { put } from '../api/put.ts';
import { LIVE } from '../api/queries.ts';
import type { PhotoDetail, Upload } from '../api/types.ts';

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
/** Photos whose status is asked for in one round. */
const WATCHED = 20;

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
  const first = (items.at(-1)?.id ?? 0) + 1;
  const added = files.map((file, index) => ({ file, id: first + index }));
  change([...items, ...added.map(({ file, id }): Item => ({ id, name: nameOf(file), sent: 0, state: 'waiting' }))]);
  for (let start = 0; start < added.length; start += BATCH) await sendBatch(added.slice(start, start + BATCH));
  await watch();
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

async function watch(): Promise<void> {
  if (watching) return;
  watching = true;
  try {
    for (let left = recognizing(); left.length > 0; left = recognizing()) {
      await Promise.all(left.slice(0, WATCHED).map(look));
      await new Promise((resolve) => {
        setTimeout(resolve, LIVE);
      });
    }
  } finally {
    watching = false;
  }
}

const recognizing = () => items.filter(({ state }) => state === 'recognizing');

async function look({ id, image_id = '' }: Item): Promise<void> {
  const photo = await get<PhotoDetail>(`/photos/${encodeURIComponent(image_id)}`).catch(() => undefined);
  if (photo?.status === 'COMPLETED' || photo?.status === 'NO_FACES') update(id, { state: 'done' });
  if (photo?.status === 'REJECTED')
    update(id, { state: 'rejected', message: photo.error ?? 'It is no readable picture.' });
  if (photo?.status === 'FAILED') update(id, { state: 'failed', message: photo.error ?? 'Its execution failed.' });
}
