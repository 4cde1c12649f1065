import { Command, Option } from 'commander';
import { queryIndex, readPhotos, type Period } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { findPerson, idsOf } from '../../client/people/find-person.ts';
import { FaceStatus } from '../../schemas/faces.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { FaceRecord, PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { printPhotos } from '../report/output.ts';
import { withFaces } from '../report/photo-result.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption, sinceOf, untilOf } from './options.ts';

interface Filter extends Period {
  readonly person?: string;
  /** Status of a photo, or of a face in it. */
  readonly status?: PhotoStatus | FaceStatus;
}

export const resultsCommand = (terminal: Terminal) =>
  new Command('results')
    .summary('list what was found')
    .description('Lists photos and who is in them, oldest first. Without a filter, all of them.')
    .option('--person <person>', 'photos in which this person was found: a name or an id')
    .addOption(
      new Option('--status <status>', 'photos with this status, or with a face that has it').choices([
        ...PhotoStatus.options,
        ...FaceStatus.options,
      ]),
    )
    .option('--since <time>', 'uploaded at this time or later: 2026-11-23 or 2026-11-23T18:05:00Z', sinceOf)
    .option('--until <time>', 'uploaded at this time or earlier; a day counts to its end', untilOf)
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  rollcall results --person "John Doe" --since 2026-01-01 --json')
    .action((options: Filter & TargetOptions & { json?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        const found = await find(target, options);
        await printPhotos(target, terminal, found, (photo) => withFaces(target, photo), options);
      }),
    );

/** Every filter uses an index. */
async function find(target: Target, filter: Filter): Promise<PhotoRecord[]> {
  const { person, status, ...period } = filter;
  const isFace = FaceStatus.options.some((known) => known === status);
  let photos: PhotoRecord[];
  if (person !== undefined) {
    const ids = idsOf(await findPerson(target, person));
    const faces = (await Promise.all(ids.map((id) => facesBy(target, 'by-person', id, period)))).flat();
    photos = await photosWith(target, isFace ? faces.filter((face) => face.status === status) : faces);
  } else if (status !== undefined && isFace) {
    photos = await photosWith(target, await facesBy(target, 'by-status', status, period));
  } else {
    const statuses = PhotoStatus.options.filter((known) => status === undefined || known === status);
    photos = (await Promise.all(statuses.map((value) => photosBy(target, value, period)))).flat();
  }
  return photos
    .filter((photo) => status === undefined || isFace || photo.status === status)
    .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp) || (a.image_id < b.image_id ? -1 : 1));
}

const photosBy = (target: Target, value: string, period: Period) =>
  queryIndex(target, { table: 'results', index: 'by-status', value, schema: PhotoRecord, period });

const facesBy = (target: Target, index: 'by-status' | 'by-person', value: string, period: Period) =>
  queryIndex(target, { table: 'results', index, value, schema: FaceRecord, period });

/** Leaves out faces of older versions that the newest version of a photo no longer has. */
async function photosWith(target: Target, faces: readonly FaceRecord[]): Promise<PhotoRecord[]> {
  const versions = new Set(faces.map(({ image_id, sequencer }) => `${sequencer} ${image_id}`));
  const keys = new Set(faces.map(({ image_id }) => PREFIXES.input + image_id));
  const photos = await readPhotos(target, [...keys]);
  return [...photos.values()].filter(({ image_id, sequencer }) => versions.has(`${sequencer} ${image_id}`));
}
