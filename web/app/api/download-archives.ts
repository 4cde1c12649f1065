import { merge } from './archive.ts';
import { answerTo } from './client.ts';
import { save } from './download.ts';

/** A ZIP archive of the common kind holds 65,535 files. */
const MOST_FILES = 50_000;

/**
 * Gives what the API answers in several ZIP archives, each with the address of the next, to whoever uses the browser: in
 * one archive, `<name>.zip`, or a few. Tells before each further answer how many have come. Gives the number of files.
 */
export async function downloadArchives(path: string, name: string, onNext?: (come: number) => void): Promise<number> {
  let [archives, files] = [0, 0];
  for await (const merged of merge(archivesFrom(path, onNext), MOST_FILES)) {
    archives += 1;
    files += merged.files;
    save(merged.blob, archives === 1 ? `${name}.zip` : `${name}-${archives}.zip`);
  }
  return files;
}

async function* archivesFrom(first: string, onNext?: (come: number) => void): AsyncGenerator<Uint8Array> {
  let path: string | undefined = first;
  for (let come = 1; path; come += 1) {
    const answer: Response = await answerTo(path);
    yield new Uint8Array(await answer.arrayBuffer());
    path = /^<\/api(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    if (path) onNext?.(come);
  }
}
