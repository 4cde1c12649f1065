import { GetCommand, UpdateCommand, type DynamoDBDocumentClient, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { nameOf } from '../runtime/errors.ts';

/** The address of a row: its table and its whole key. */
export interface RowAddress {
  readonly tableName: string;
  readonly key: Readonly<Record<string, string>>;
}

export interface RowUpdate {
  /** An undefined value leaves the attribute unchanged, or to `remove`. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Except those that are set. */
  readonly remove?: readonly string[];
  /** Refers to attributes as `#name` and to values as `:name`. The values of `set` are available. */
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Builds a conditional UpdateItem. Every attribute is referred to as `#name`. */
export function conditionalUpdate(
  row: RowAddress,
  { set, remove = [], condition, values = {} }: RowUpdate,
): UpdateCommandInput {
  const given = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = remove.filter((name) => set[name] === undefined);
  const clause = (verb: string, parts: readonly string[]) =>
    parts.length === 0 ? [] : [`${verb} ${parts.join(', ')}`];
  const expression = [
    ...clause(
      'SET',
      given.map(([name]) => `#${name} = :${name}`),
    ),
    ...clause(
      'REMOVE',
      removed.map((name) => `#${name}`),
    ),
  ].join(' ');
  const allValues = [...given, ...Object.entries(values)].map(([name, value]) => [`:${name}`, value] as const);
  return {
    TableName: row.tableName,
    Key: row.key,
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: attributeNamesIn(`${expression} ${condition}`),
    // DynamoDB refuses an empty map.
    ...(allValues.length === 0 ? {} : { ExpressionAttributeValues: Object.fromEntries(allValues) }),
  };
}

/** `#status` always stands for the attribute `status`. */
export function attributeNamesIn(expression: string): Record<string, string> {
  return Object.fromEntries((expression.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));
}

/** Reads a row consistently. Undefined if there is none. */
export async function readRow(
  dynamoDb: DynamoDBDocumentClient,
  row: RowAddress,
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: row.tableName, Key: row.key, ConsistentRead: true }),
  );
  return Item;
}

/** Whether the condition of a conditional write held. */
export async function conditionHeld(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (nameOf(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** Sends a conditional update. Returns false if its condition did not hold. */
export const updateConditionally = (
  dynamoDb: Pick<DynamoDBDocumentClient, 'send'>,
  update: UpdateCommandInput,
): Promise<boolean> => conditionHeld(dynamoDb.send(new UpdateCommand(update)));
