import { PersonRecord } from '../schemas/records.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { keepUser } from './faces/users.ts';
import { readByStatus } from './forgetting/index-pages.ts';
import { clock } from './pacing/services.ts';
import type { Clock } from './pacing/slots.ts';
import { defineTask, parse } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { faceStore, type FaceStore } from './storage/enrolled-faces.ts';

type Services = FaceStore & Clock & { readonly callsPerSecond: number };

/** So many people need some 10 s where CreateUser and AssociateFaces are allowed five times a second. */
const PEOPLE_PER_TURN = 25;

/**
 * Keeps the Rekognition user of one person, or of everybody who is enrolled, some people a call, from a cursor on.
 * CreateUser and AssociateFaces have the quotas of IndexFaces, and are called no faster.
 */
export async function run({ asked }: Input<'associate-faces'>, services: Services): Promise<Output<'associate-faces'>> {
  if ('person_id' in asked) {
    return { users: Number(await keepUser(asked.person_id, services)), from: '', more: false };
  }
  const { dynamoDb, peopleTable: tableName, callsPerSecond, sleep } = services;
  const walk = { dynamoDb, tableName, values: ['KNOWN'], limit: PEOPLE_PER_TURN };
  const { rows, cursor } = await readByStatus(walk, asked.from === '' ? undefined : asked.from);
  let users = asked.users;
  for (const row of rows) {
    const { person_id } = parse(PersonRecord, row, `record of person ${String(row['person_id'])}`);
    if (await keepUser(person_id, services)) users += 1;
    await sleep(1000 / callsPerSecond);
  }
  return { users, from: cursor ?? '', more: cursor !== undefined };
}

export const handler = defineTask({
  name: 'associate-faces',
  services: () => ({ ...faceStore(), callsPerSecond: env('INDEX_FACES_PER_SECOND'), ...clock() }),
  run,
  describe: ({ asked }, output) => ({
    ...('person_id' in asked ? { person: asked.person_id } : {}),
    users: output?.users,
    more: output?.more,
  }),
});
