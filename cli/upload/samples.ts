import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { portrait, readManifest, samplePath } from '../../samples/samples.ts';
import { bring, type Item, type Outcome } from './upload-and-wait.ts';
import { content, contentOf } from './files.ts';
import { photosOf, PORTRAITS } from './upload-kinds.ts';
import { noteEnrolments } from '../report/output.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import type { Target } from '../deployment/target.ts';
import type { Terminal } from '../terminal.ts';

const FOLDER = 'samples/';

/** Samples belong into an account that has nothing else, or that has them already: nobody wants them among their own. */
export async function wantsSamples({ s3, deployment }: Target): Promise<boolean> {
  const { CommonPrefixes = [], Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: deployment.bucket, Prefix: PREFIXES.input, Delimiter: '/' }),
  );
  if (CommonPrefixes.some(({ Prefix }) => Prefix === PREFIXES.input + FOLDER)) return true;
  return CommonPrefixes.length === 0 && Contents.length === 0;
}

export interface Brought {
  readonly failed: boolean;
  readonly photos: readonly Outcome<PhotoRecord>[];
}

/** Enrols the sample people, then has the sample photos looked at. */
export async function bringSamples(by: { target: Target; terminal: Terminal }): Promise<Brought> {
  const manifest = await readManifest();
  const portraits = manifest.people.map((person): Item => {
    const name = `${person.name}/sample.jpg`;
    return { key: PREFIXES.enroll + name, name, read: async () => content(await portrait(manifest, person)) };
  });
  const photos = manifest.photos.map(({ file }): Item => {
    const name = FOLDER + file;
    return { key: PREFIXES.input + name, name, read: () => contentOf(samplePath(manifest, file)) };
  });
  const enrolled = await bring(by, PORTRAITS, portraits);
  const failed = noteEnrolments(
    by.terminal,
    enrolled.filter(({ known }) => !known),
  );
  return { failed, photos: await bring(by, await photosOf(by.target), photos) };
}
