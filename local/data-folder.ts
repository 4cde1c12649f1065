import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a JSON file that only this user may read, and that nobody ever finds half written. */
export async function writePrivately(file: string, content: unknown): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, JSON.stringify(content, null, 2), { mode: 0o600 });
  await rename(draft, file);
}
