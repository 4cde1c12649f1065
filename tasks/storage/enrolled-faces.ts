import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { DeleteCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { enrolledFaceRecordOf } from '../../schemas/keys.ts';
import type { Enrolment } from '../../schemas/payloads.ts';
import { EnrolledFaceRecord, IndexedFace } from '../../schemas/records.ts';
import { rekognitionClient } from '../runtime/clients.ts';
import { parse } from '../runtime/define-task.ts';
import { dynamoDbClient } from '../runtime/dynamodb-client.ts';
import { env } from '../runtime/environment.ts';
import {
  attributeNamesIn,
  conditionalUpdate,
  conditionHeld,
  updateConditionally,
  type RowAddress,
} from './conditional-updates.ts';
import { readRows } from './queries.ts';
import { removeVectors } from './vectors.ts';

// Rekognition stores the same picture of a person once, so two keys or two versions can share a vector. The row of the
// picture lists the enrolments that hold it. An enrolment is added before IndexFaces is called, and the vector is
// removed only after a conditional write has found that none is left. docs/decisions/016-enrolled-faces.md

export interface FaceStore {
  readonly rekognition: RekognitionClient;
  readonly collectionId: string;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

/** Created once per container from the environment. */
export const faceStore = (): FaceStore => ({
  rekognition: rekognitionClient(),
  collectionId: env('COLLECTION_ID'),
  dynamoDb: dynamoDbClient(),
  peopleTable: env('PEOPLE_TABLE'),
});

/** One version of a portrait, and whom its face is enrolled for. */
type Holder = Pick<Enrolment, 'person_id' | 'record' | 'sequencer'>;

/** As the face's row names it. */
const holderOf = ({ record, sequencer }: Holder) => `${record} ${sequencer}`;

const rowOf = ({ peopleTable }: FaceStore, person_id: string, record: string): RowAddress => ({
  tableName: peopleTable,
  key: { person_id, record },
});

const rowOfPicture = (store: FaceStore, { person_id, picture }: Enrolment) =>
  rowOf(store, person_id, enrolledFaceRecordOf(picture.sha256));

/** Holds the picture's face for this enrolment. Returns the face if an earlier attempt has indexed it. */
export async function holdFace(store: FaceStore, enrolment: Enrolment): Promise<IndexedFace | undefined> {
  const row = rowOfPicture(store, enrolment);
  const holder = holderOf(enrolment);
  let before: Record<string, unknown> | undefined;
  const held = await conditionHeld(
    store.dynamoDb
      .send(
        new UpdateCommand({
          TableName: row.tableName,
          Key: row.key,
          UpdateExpression: 'ADD held_by :holder',
          ConditionExpression: 'attribute_not_exists(removing)',
          ExpressionAttributeValues: { ':holder': new Set([holder]) },
          ReturnValues: 'ALL_OLD',
        }),
      )
      .then(({ Attributes }) => (before = Attributes)),
  );
  if (!held) {
    // Its removal is under way, or was interrupted. Only after it can the face be indexed again.
    for (const face of await readEnrolledFaces(store, enrolment.person_id)) {
      if (face.record === row.key['record']) await removeUnlessHeld(store, face);
    }
    return holdFace(store, enrolment);
  }
  // The row tells of this version's face only if an earlier attempt held it.
  return before && parseFace(before).held_by?.has(holder) ? IndexedFace.safeParse(before).data : undefined;
}

/** Writes the face into its row, or removes it if a newer version let go of it during the call. */
export async function recordFace(store: FaceStore, enrolment: Enrolment, face: IndexedFace): Promise<void> {
  const { person_id, bucket, key, version_id, timestamp, picture } = enrolment;
  const row = rowOfPicture(store, enrolment);
  const recorded = await updateConditionally(
    store.dynamoDb,
    conditionalUpdate(row, {
      set: { ...face, bucket, key, version_id, sha256: picture.sha256, timestamp },
      condition: 'contains(#held_by, :holder)',
      values: { holder: holderOf(enrolment) },
    }),
  );
  if (!recorded) await removeUnlessHeld(store, { person_id, record: row.key['record']!, face_id: face.face_id });
}

/** Lets go of the faces of this portrait's older versions. */
export const releaseOlderFaces = (store: FaceStore, enrolment: Holder): Promise<void> =>
  releaseFaces(store, enrolment, (sequencer) => sequencer < enrolment.sequencer);

/** Lets go of the face of this version. */
export const releaseOwnFace = (store: FaceStore, enrolment: Holder): Promise<void> =>
  releaseFaces(store, enrolment, (sequencer) => sequencer === enrolment.sequencer);

/** Lets go of the faces of all versions of a portrait. */
export const releaseAllFaces = (store: FaceStore, portrait: Omit<Holder, 'sequencer'>): Promise<void> =>
  releaseFaces(store, portrait, () => true);

/** Also finishes what an interrupted attempt has begun, because it follows the rows alone. */
async function releaseFaces(
  store: FaceStore,
  { person_id, record }: Omit<Holder, 'sequencer'>,
  isReleased: (sequencer: string) => boolean,
): Promise<void> {
  const prefix = `${record} `;
  for (const face of await readEnrolledFaces(store, person_id)) {
    const holders = [...(face.held_by ?? [])];
    const released = holders.filter((one) => one.startsWith(prefix) && isReleased(one.slice(prefix.length)));
    if (released.length > 0) await removeHolders(store, face, released);
    if (released.length === holders.length) await removeUnlessHeld(store, face);
  }
}

const removeHolders = ({ dynamoDb, peopleTable }: FaceStore, { person_id, record }: FaceAddress, holders: string[]) =>
  conditionHeld(
    dynamoDb.send(
      new UpdateCommand({
        TableName: peopleTable,
        Key: { person_id, record },
        UpdateExpression: 'DELETE held_by :holders',
        // Without it, a row that is gone would be created again.
        ConditionExpression: 'attribute_exists(held_by)',
        ExpressionAttributeValues: { ':holders': new Set(holders) },
      }),
    ),
  );

type FaceAddress = Pick<EnrolledFaceRecord, 'person_id' | 'record'>;

/** Removes the vector and then the row, unless an enrolment holds them. */
async function removeUnlessHeld(
  store: FaceStore,
  { person_id, record, face_id, removing = face_id }: FaceAddress & Partial<EnrolledFaceRecord>,
): Promise<void> {
  const row = rowOf(store, person_id, record);
  const unheld = 'attribute_not_exists(#held_by)';
  if (removing === undefined) {
    // Whoever is about to index it will find itself out of the row.
    await deleteRow(store, row, `${unheld} AND attribute_not_exists(#face_id) AND attribute_not_exists(#removing)`);
    return;
  }
  // From here on nobody can hold it until it is gone.
  const marked = conditionalUpdate(row, { set: { removing }, condition: unheld });
  if (!(await updateConditionally(store.dynamoDb, marked))) return;
  await removeVectors(store.rekognition, store.collectionId, [removing]);
  await deleteRow(store, row, '#removing = :removing', { ':removing': removing });
}

const deleteRow = ({ dynamoDb }: FaceStore, row: RowAddress, condition: string, values?: Record<string, string>) =>
  conditionHeld(
    dynamoDb.send(
      new DeleteCommand({
        TableName: row.tableName,
        Key: row.key,
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: values,
      }),
    ),
  );

/** Everything that is in the collection for a person, or is about to be, or not any more. */
export async function readEnrolledFaces({ dynamoDb, peopleTable }: FaceStore, person_id: string) {
  const rows = await readRows(dynamoDb, {
    TableName: peopleTable,
    KeyConditionExpression: 'person_id = :person_id AND begins_with(#record, :face)',
    ExpressionAttributeNames: { '#record': 'record' },
    ExpressionAttributeValues: { ':person_id': person_id, ':face': enrolledFaceRecordOf('') },
    ConsistentRead: true,
  });
  return rows.map(parseFace);
}

const parseFace = (item: Record<string, unknown>) =>
  parse(EnrolledFaceRecord, item, `face ${String(item['record'])} of ${String(item['person_id'])}`);
