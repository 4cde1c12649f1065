import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isDeepStrictEqual } from 'node:util';
import type { Decision } from '../../schemas/decisions.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { parse } from '../runtime/define-task.ts';
import { dynamoDbClient } from '../runtime/dynamodb-client.ts';
import { env } from '../runtime/environment.ts';
import { attributeNamesIn, conditionHeld } from '../storage/conditional-updates.ts';
import { deriveFaces, idsIn, type PhotoVersion } from './derive.ts';
import { readPeople } from './people.ts';

export interface DecisionServices {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly resultsTable: string;
  readonly peopleTable: string;
  readonly decisionsTable: string;
  readonly allowTwins: boolean;
}

/** Created once per container from the environment. */
export const decisionServices = (): DecisionServices => ({
  dynamoDb: dynamoDbClient(),
  resultsTable: env('RESULTS_TABLE'),
  peopleTable: env('PEOPLE_TABLE'),
  decisionsTable: env('DECISIONS_TABLE'),
  allowTwins: env('ALLOW_TWINS'),
});

/** Derives the faces of one version and writes the rows that are not as they should be. Gives all of them, by index. */
export async function deriveRows(
  services: DecisionServices,
  photo: PhotoVersion,
  faces: readonly FaceRecord[],
  ledger: readonly Decision[],
): Promise<FaceRecord[]> {
  const { dynamoDb, peopleTable, allowTwins } = services;
  const people = await readPeople(dynamoDb, peopleTable, idsIn(faces, ledger));
  const derived = deriveFaces({ photo, faces, ledger, people, allowTwins });
  const before = new Map(faces.map((face) => [face.record, face]));
  const changed = derived.filter((face) => !isDeepStrictEqual(face, before.get(face.record)));
  await Promise.all(changed.map((face) => putFace(services, face)));
  return derived;
}

/** Writes a face, unless the row is already of a newer version. */
function putFace({ dynamoDb, resultsTable }: DecisionServices, face: FaceRecord): Promise<boolean> {
  const condition = 'attribute_not_exists(#sequencer) OR #sequencer <= :sequencer';
  return conditionHeld(
    dynamoDb.send(
      new PutCommand({
        TableName: resultsTable,
        Item: parse(FaceRecord, face, `record of face ${face.face_index}`),
        ConditionExpression: condition,
        ExpressionAttributeNames: attributeNamesIn(condition),
        ExpressionAttributeValues: { ':sequencer': face.sequencer },
      }),
    ),
  );
}
