import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Target } from '../../client/deployment/target.ts';
import type { TableName } from '../../schemas/tables.ts';
import { aFace, aPhoto, aStranger } from './records.ts';

/** Puts rows into a table as the tasks would have written them. */
export async function putRows({ dynamoDb, deployment }: Target, table: TableName, ...rows: object[]): Promise<void> {
  const TableName = deployment[`${table}_table`];
  await Promise.all(rows.map((row) => dynamoDb.send(new PutCommand({ TableName, Item: { ...row } }))));
}

/** Two photos of 22 November 2026, one of the next day and one of long ago, with three faces, of which Robin's are two. */
export async function putPhotosOfSomeDays(target: Target): Promise<void> {
  const photo = (image_id: string, timestamp: string) =>
    aPhoto({ image_id, key: `input/${image_id}`, timestamp, day: timestamp.slice(0, 10) });
  const [early, late, next] = ['2026-11-22T08:59:59Z', '2026-11-22T21:00:00Z', '2026-11-23T00:00:00Z'];
  await putRows(
    target,
    'results',
    photo('early.jpg', early),
    aFace({ image_id: 'early.jpg', timestamp: early }),
    aStranger({ image_id: 'early.jpg', timestamp: early, emotions: [{ type: 'SAD', confidence: 51 }] }),
    photo('late.jpg', late),
    photo('next.jpg', next),
    aFace({ image_id: 'next.jpg', timestamp: next, emotions: [] }),
    photo('old.jpg', '2025-01-01T00:00:00Z'),
  );
}
