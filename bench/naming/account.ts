import { PutObjectCommand } from '@aws-sdk/client-s3';
import { startGrouping } from '../../client/decisions/groups.ts';
import { queryIndex } from '../../client/deployment/queries.ts';
import { accountTarget, type Target } from '../../client/deployment/target.ts';
import { startAccount, type Account } from '../../local/account.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { drawnEngine, OLD_PORTRAIT } from './engine.ts';
import { NAMES } from './people.ts';
import { IN_PHOTO, photoOf, portraitOf, type Shown } from './pictures.ts';

/** Pictures of each person. */
const TAKES = 20;
/** Every fifth person was enrolled from an old portrait. */
export const isEnrolled = (person: number) => person % 5 === 0;

export interface Scene {
  readonly account: Account;
  readonly target: Target;
  /** Who is at a place of a photo, by the left and upper edge of the box. */
  readonly truth: ReadonlyMap<string, number>;
}

/** An account with 1,000 faces of 50 people in 50 photos, recognized and grouped by the real state machines. */
export async function setScene(dataDir: string): Promise<Scene> {
  const account = await startAccount({ dataDir, engine: drawnEngine() });
  const target = accountTarget(account);
  const put = (Key: string, Body: Buffer) =>
    target.s3.send(new PutObjectCommand({ Bucket: target.deployment.bucket, Key, Body }));
  for (const [person, name] of NAMES.entries()) {
    if (isEnrolled(person)) {
      await put(`${PREFIXES.enroll}${name}/old.jpg`, await portraitOf({ person, take: OLD_PORTRAIT }));
    }
  }
  await account.idle();
  const photos = photosOf();
  for (const [at, faces] of photos.entries()) await put(`${PREFIXES.input}party-${at}.jpg`, await photoOf(faces));
  await account.idle();
  await startGrouping(target);
  await account.idle();
  return { account, target, truth: await truthOf(target, photos) };
}

/** Everybody is in twenty photos, and each time beside others. */
function photosOf(): Shown[][] {
  const photos = Array.from({ length: (NAMES.length * TAKES) / IN_PHOTO }, (): Shown[] => []);
  for (let take = 0; take < TAKES; take += 1) {
    for (let person = 0; person < NAMES.length; person += 1) {
      // In twenty photos in a row, of which the first is another for everybody: 7 and 50 have no common divisor.
      photos[(person * 7 + take) % photos.length]!.push({ person, take });
    }
  }
  return photos;
}

async function truthOf(target: Target, photos: readonly (readonly Shown[])[]): Promise<Map<string, number>> {
  const rows = await readFaceRows(target);
  return new Map(
    rows.map(({ image_id, face_index, bounding_box: { left, top } }) => {
      const faces = photos[Number(/\d+/.exec(image_id)![0])]!;
      const place = Math.floor(left * 5) + 5 * Math.floor(top * 4);
      return [`${image_id}#${face_index}`, faces[place]!.person];
    }),
  );
}

/** Every face there is, by all statuses. */
export async function readFaceRows(target: Target): Promise<FaceRecord[]> {
  const lists = FaceRecord.shape.status.options.map((value) =>
    queryIndex(target, { table: 'results', index: 'by-status', value, schema: FaceRecord }),
  );
  return (await Promise.all(lists)).flat();
}
