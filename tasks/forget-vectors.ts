import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { EnrolledFaceRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { readPartition } from './forgetting/index-pages.ts';
import { Tally, turnEnds } from './forgetting/turn.ts';
import { clock } from './pacing/services.ts';
import type { Clock } from './pacing/slots.ts';
import { defineTask } from './runtime/define-task.ts';
import { faceStore, type FaceStore } from './storage/enrolled-faces.ts';
import { removeUser, removeVectors } from './storage/vectors.ts';

type Services = FaceStore & Clock;

/** ListFaces allows five calls a second in most regions, and others may need some of them. */
const GAP_MS = 400;

/**
 * Removes the person from the collection: first the user and the faces that the rows tell of, so that nobody is taken for
 * the person any more, then whatever else the collection has under the person's ids.
 */
export async function run(
  { forgetting, progress }: Input<'forget-vectors'>,
  services: Services,
): Promise<Output<'forget-vectors'>> {
  const { rekognition, collectionId } = services;
  const tally = new Tally(progress);
  const late = turnEnds(services);
  const remove = async (faces: readonly string[]) =>
    tally.add('vectors', await removeVectors(rekognition, collectionId, faces));
  let { cursor } = progress;
  if (cursor === undefined) {
    for (const id of forgetting.ids) {
      tally.add('users', Number(await removeUser(rekognition, { CollectionId: collectionId, UserId: id })));
    }
    await remove(await recorded(forgetting.ids, services));
  }
  const ids = new Set<string | undefined>(forgetting.ids);
  do {
    const { Faces = [], NextToken } = await rekognition.send(
      new ListFacesCommand({ CollectionId: collectionId, MaxResults: 4096, NextToken: cursor }),
    );
    const strays = Faces.flatMap(({ FaceId, ExternalImageId }) => (ids.has(ExternalImageId) ? (FaceId ?? []) : []));
    await remove(strays);
    cursor = NextToken;
    if (cursor !== undefined) await services.sleep(GAP_MS);
  } while (cursor !== undefined && !late());
  return tally.progress(progress, cursor);
}

async function recorded(ids: readonly string[], { dynamoDb, peopleTable }: Services): Promise<string[]> {
  const faces: string[] = [];
  for (const id of ids) {
    for (const row of await readPartition(dynamoDb, peopleTable, 'person_id', id)) {
      const face = EnrolledFaceRecord.safeParse(row).data;
      faces.push(...[face?.face_id, face?.removing].filter((one) => one !== undefined));
    }
  }
  return faces;
}

export const handler = defineTask({
  name: 'forget-vectors',
  services: () => ({ ...faceStore(), ...clock() }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    vectors: output?.removed.vectors,
  }),
});
