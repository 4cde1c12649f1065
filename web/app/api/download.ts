import { getBlob } from './client.ts';

/** Gives an answer of the API to whoever uses the browser, as a file. */
export const download = async (path: string, file: string): Promise<void> => save(await getBlob(path), file);

export function save(blob: Blob, file: string): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: url, download: file }).click();
  // Some browsers begin to read it only a while after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
