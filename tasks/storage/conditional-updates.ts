import { GetCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { nameOf } from '../runtime/errors.ts';

/** A row of a table, by its whole key. */
export interface Row {
  readonly tableName: string;
  readonly key: Readonly<Record<string, string>>;
}

export interface RowUpdate {
  /** undefined leaves the attribute as it is, or to `remove`. */
  readonly set: Readonly<Record<string, unknown>>;
  /** But for what is set. */
  readonly remove?: readonly string[];
  /** Attributes are written `#name`, values `:name`; a value that `set` also names need not be repeated. */
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** One conditional UpdateItem, its expression built from names: every attribute goes by `#name`. */
export function conditionalUpdate(
  row: Row,
  { set, remove = [], condition, values = {} }: RowUpdate,
): UpdateCommandInput {
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = remove.filter((name) => set[name] === undefined);
  const removal = removed.length === 0 ? '' : ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}`;
  const expression = `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}${removal}`;
  return {
    TableName: row.tableName,
    Key: row.key,
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: attributeNamesIn(`${expression} ${condition}`),
    ExpressionAttributeValues: Object.fromEntries([...given, ...Object.entries(values)].map(([k, v]) => [`:${k}`, v])),
  };
}

/** `#status` stands for the attribute `status`, everywhere. */
export function attributeNamesIn(expression: string): Record<string, string> {
  return Object.fromEntries((expression.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));
}

/** The row as it stands after every write before; undefined where there is none. */
export async function readRow(
  dynamoDb: DynamoDBDocumentClient,
  row: Row,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: row.tableName, Key: row.key, ConsistentRead: true }),
  );
  return Item;
}

/** Whether a conditional write went through: false when its condition did not hold. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (nameOf(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
