import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Decision } from '../../schemas/decisions.ts';
import { parse } from '../runtime/define-task.ts';
import { readRows } from '../storage/queries.ts';

/** Every entry about the photo with these bytes, the oldest first. */
export async function readLedger(
  dynamoDb: DynamoDBDocumentClient,
  decisionsTable: string,
  sha256: string,
): Promise<Decision[]> {
  const rows = await readRows(dynamoDb, {
    TableName: decisionsTable,
    KeyConditionExpression: 'photo = :photo',
    ExpressionAttributeValues: { ':photo': sha256 },
    ConsistentRead: true,
  });
  return rows.map((row) => parse(Decision, row, `decision ${String(row['entry'])}`));
}

/** The entries that hold: those that nobody has undone. An undo can be undone as well. */
export function standing(ledger: readonly Decision[]): Decision[] {
  const undone = new Set<string>();
  for (const { kind, entry, undoes } of ledger.toReversed()) {
    if (kind === 'UNDO' && undoes !== undefined && !undone.has(entry)) undone.add(undoes);
  }
  return ledger.filter(({ kind, entry }) => kind !== 'UNDO' && !undone.has(entry));
}
