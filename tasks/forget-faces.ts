import { FaceStatus } from '../schemas/faces.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readByStatus } from './forgetting/index-pages.ts';
import { forgetInRows, photoStore, readPhoto, removePhoto, type PhotoStore } from './forgetting/photo-without.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import { mentions, showed } from './forgetting/without-people.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';

interface Services extends PhotoStore, Clock {}

/** Photos whose rows are changed at once. */
const CONCURRENCY = 10;

/**
 * Takes the person out of every face row: as the one who was found, and as a candidate for somebody else. The latter is
 * in no index, so the faces of every status are read, page by page.
 */
export async function run(
  { forgetting, progress }: Input<'forget-faces'>,
  services: Services,
): Promise<Output<'forget-faces'>> {
  const people = new Set<string>(forgetting.ids);
  const walk = { dynamoDb: services.dynamoDb, tableName: services.resultsTable, values: FaceStatus.options };
  const tally = new Tally(progress);
  const late = turnEnds(services);
  let { cursor } = progress;
  do {
    const page = await readByStatus(walk, cursor);
    const photos = new Set(
      page.rows.flatMap((row) => (mentions(JSON.stringify(row), people) ? String(row['image_id']) : [])),
    );
    await mapConcurrently([...photos], CONCURRENCY, (id) => forgetIn(services, id, { people, tally, forgetting }));
    cursor = page.cursor;
  } while (cursor !== undefined && !late());
  return tally.progress(progress, cursor);
}

async function forgetIn(
  services: Services,
  imageId: string,
  of: { people: ReadonlySet<string>; tally: Tally; forgetting: Input<'forget-faces'>['forgetting'] },
): Promise<void> {
  const rows = await readPhoto(services, imageId);
  const isIn = rows.faces.some((face) => showed(face, of.people));
  if (of.forgetting.photos && isIn) await removePhoto(services, imageId, rows, of.tally);
  else await forgetInRows(services, rows, of.people, of.tally);
}

export const handler = defineTask({
  name: 'forget-faces',
  services: () => ({ ...photoStore(), now: () => new Date() }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    faces: output?.removed.faces,
    candidates: output?.removed.candidates,
  }),
});
