import { Command } from 'commander';
import { readText } from '../../client/deployment/objects.ts';
import { readPeople, readPhotos, type People } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { counted, printable } from '../../client/text.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { photoResult, withFaces, type PhotoWithFaces } from '../report/photo-result.ts';
import { faceLabel } from '../report/table.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

export const showCommand = (terminal: Terminal) =>
  new Command('show')
    .summary('show everything about a photo')
    .description('Shows everything about a photo: its status and the reason, each face, and where the rest is.')
    .argument('<image-id>', 'as results names it: the path that it was uploaded under')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print processed/….json as it is, with landmarks, pose, quality, age and gender'))
    .addHelpText('after', '\nExample:\n  rollcall show samples/sample1.jpg')
    .action((imageId: string, options: TargetOptions & { json?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        const photo = (await readPhotos(target, [PREFIXES.input + imageId])).get(PREFIXES.input + imageId);
        if (!photo) throw new Failure(`There is no photo ${printable(imageId)}. rollcall results lists them all.`);
        if (options.json) terminal.print(await document(target, photo));
        else terminal.print(describe(await withFaces(target, photo), await readPeople(target)));
      }),
    );

async function document(target: Target, photo: PhotoRecord): Promise<string> {
  if (photo.processed_key === undefined) return JSON.stringify(photoResult(await withFaces(target, photo)));
  return (await readText(target, photo.processed_key)).trimEnd();
}

export function describe({ photo, faces, durationMs }: PhotoWithFaces, people: People): string {
  const { width, height, format } = photo;
  const late = photo.failure === 'LATE';
  const why = [photo.reason ?? photo.error, photo.message ?? photo.cause];
  const facts: [string, string | undefined][] = [
    ['photo', printable(photo.image_id)],
    ['status', [photo.status, ...(late ? [photo.reason, photo.message] : why)].filter(Boolean).join(', ')],
    [
      'failed in',
      [photo.failed_state, ...(late ? ['after the result was written', ...why] : [])].filter(Boolean).join(', '),
    ],
    ['uploaded', photo.timestamp],
    ['took', durationMs === null ? undefined : `${durationMs} ms`],
    [
      'picture',
      width && height ? `${width} x ${height} pixels, ${format ?? 'unknown format'}, ${photo.size} bytes` : undefined,
    ],
    ['object', `s3://${photo.bucket}/${printable(photo.key)}`],
    ['result', photo.processed_key && `s3://${photo.bucket}/${printable(photo.processed_key)}`],
    ['execution', photo.execution_arn],
    ['faces', photo.status === 'REJECTED' ? undefined : counted(faces.length, 'face')],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${name.padEnd(10)} ${value}`] : []));
  return [...lines, ...faces.map((face) => describeFace(face, people))].join('\n');
}

function describeFace(face: FaceRecord, people: People): string {
  const { left, top, width, height } = face.bounding_box;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const emotions = face.emotions.map(({ type, confidence }) => `${type.toLowerCase()} ${Math.round(confidence)} %`);
  const runnerUp =
    face.runner_up &&
    `next ${printable(people.get(face.runner_up.person_id) ?? 'somebody')} ${Math.floor(face.runner_up.similarity)} %`;
  return [
    `  ${String(face.face_index).padStart(2)}  ${[faceLabel(face, people), runnerUp].filter(Boolean).join('; ')}`,
    `      ${face.reason}; face with ${Math.round(face.confidence)} % confidence`,
    `      at ${percent(left)} from the left, ${percent(top)} from the top, ${percent(width)} x ${percent(height)}`,
    `      ${emotions.join(', ')}`,
  ].join('\n');
}
