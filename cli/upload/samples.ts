import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Target } from '../../client/deployment/target.ts';
import { portrait, readManifest, samplePath } from '../../samples/samples.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { noteEnrolments } from '../report/output.ts';
import type { Terminal } from '../terminal.ts';
import { describeBytes, readContent } from './files.ts';
import { isForgotten } from './forgotten.ts';
import { uploadAndWait, type UploadItem, type UploadOutcome } from './upload-and-wait.ts';
import { photoUploads, PORTRAIT_UPLOADS } from './upload-kinds.ts';

const FOLDER = 'samples/';

/** Samples go only into an account that is empty or has them already, and not among a user's own photos. */
export async function wantsSamples({ s3, deployment }: Target): Promise<boolean> {
  const { CommonPrefixes = [], Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: deployment.bucket, Prefix: PREFIXES.input, Delimiter: '/' }),
  );
  if (CommonPrefixes.some(({ Prefix }) => Prefix === PREFIXES.input + FOLDER)) return true;
  return CommonPrefixes.length === 0 && Contents.length === 0;
}

export interface SampleOutcomes {
  readonly failed: boolean;
  readonly photos: readonly UploadOutcome<PhotoRecord>[];
}

/** Enrols the sample people, unless they were forgotten, then uploads the sample photos. */
export async function uploadSamples(by: { target: Target; terminal: Terminal }): Promise<SampleOutcomes> {
  const manifest = await readManifest();
  const portraits = manifest.people.map((person): UploadItem => {
    const name = `${person.name}/sample.jpg`;
    return { key: PREFIXES.enroll + name, name, read: async () => describeBytes(await portrait(manifest, person)) };
  });
  const photos = manifest.photos.map(({ file }): UploadItem => {
    const name = FOLDER + file;
    return { key: PREFIXES.input + name, name, read: () => readContent(samplePath(manifest, file)) };
  });
  const forgotten = await Promise.all(portraits.map(({ key }) => isForgotten(by.target, key)));
  const wanted = portraits.filter((_, at) => !forgotten[at]);
  const enrolled = await uploadAndWait(by, PORTRAIT_UPLOADS, wanted);
  const failed = noteEnrolments(
    by.terminal,
    enrolled.filter(({ unchanged }) => !unchanged),
  );
  return { failed, photos: await uploadAndWait(by, await photoUploads(by.target), photos) };
}
