import { watch } from 'chokidar';
import { mkdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPeople } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { messageOf } from '../../client/failure.ts';
import { noteEnrolments } from '../report/output.ts';
import { withFaces } from '../report/photo-result.ts';
import { photoLine } from '../report/table.ts';
import type { Terminal } from '../terminal.ts';
import { isHidden, type LocalFile } from './files.ts';
import { withoutForgotten } from './forgotten.ts';
import { uploadAndWait } from './upload-and-wait.ts';
import { photoItems, photoUploads, portraitItems, PORTRAIT_UPLOADS } from './upload-kinds.ts';

/** The subfolder for portraits: enroll/John Doe/any.jpg or enroll/john_doe.jpg. */
const PORTRAIT_FOLDER = 'enroll/';
/** How often newly saved files are uploaded, together. */
const GATHER_MS = 300;

/** Uploads photos as they are saved into the folder, until the signal. */
export async function watchFolder(by: { target: Target; terminal: Terminal }, folder: string): Promise<void> {
  const { terminal } = by;
  await mkdir(join(folder, PORTRAIT_FOLDER), { recursive: true });
  const saved = new Map<string, LocalFile>();
  const take = (path: string) => {
    const name = relative(folder, path).split(sep).join('/');
    if (!isHidden(name)) saved.set(name, { path, name });
  };
  const watcher = watch(folder, { awaitWriteFinish: { stabilityThreshold: 400, pollInterval: 100 } })
    .on('add', take)
    .on('change', take)
    .on('error', (error) => terminal.note(`Watching ${folder}: ${messageOf(error)}`));
  try {
    while (!terminal.signal.aborted) {
      const files = [...saved.values()];
      saved.clear();
      if (files.length > 0) await takeUp(by, files);
      await sleep(GATHER_MS, undefined, { signal: terminal.signal }).catch(() => {});
    }
  } finally {
    await watcher.close();
  }
}

async function takeUp(by: { target: Target; terminal: Terminal }, files: readonly LocalFile[]): Promise<void> {
  const isPortrait = ({ name }: LocalFile) => name.startsWith(PORTRAIT_FOLDER);
  const portraits = files
    .filter(isPortrait)
    .map(({ path, name }) => ({ path, name: name.slice(PORTRAIT_FOLDER.length) }));
  const items = portraitItems(await withoutForgotten(by, portraits));
  const enrolled = await uploadAndWait(by, PORTRAIT_UPLOADS, items);
  noteEnrolments(
    by.terminal,
    enrolled.filter(({ unchanged }) => !unchanged),
  );

  const photos = await uploadAndWait(
    by,
    await photoUploads(by.target),
    photoItems(files.filter((file) => !isPortrait(file))),
  );
  const people = await readPeople(by.target);
  for (const { name, unchanged, row, problem = '' } of photos) {
    if (unchanged) continue;
    by.terminal.print(photoLine(row ? await withFaces(by.target, row) : { image_id: name, problem }, people));
  }
}
