import { promisify } from 'node:util';
import { database, type JsonObject, type TableStore } from './dynalite.ts';
import { parse, projecting } from './projection.ts';
import { MAX_PAGE_BYTES, withText } from './query.ts';

interface Asked {
  readonly table: string;
  readonly keys: readonly string[];
  /** Paths of the attributes that are wanted, if not all are. */
  readonly paths: unknown;
}

/**
 * A BatchGetItem whose input is checked. dynalite reads the items one by one, and reads and parses the table's
 * description again for each; here they are read at once, and parsed only for paths into attributes. Undefined if that
 * is for dynalite to answer: errors, consumed capacity, and items that together could reach the limit of an answer.
 */
export async function readBatch(store: TableStore, data: JsonObject): Promise<JsonObject | undefined> {
  if (data['ReturnConsumedCapacity'] !== undefined) return undefined;
  const asked: Asked[] = [];
  for (const [table, request] of Object.entries(data['RequestItems'] as Record<string, JsonObject>)) {
    const one = await keysOf(store, table, request);
    if (!one) return undefined;
    asked.push(one);
  }
  const keys = asked.flatMap(({ table, keys: of }) => of.map((key) => `item-${table}~${key}`));
  const found = await store.db.getMany<string>(keys, { valueEncoding: 'utf8' });
  // An item has fewer bytes, as DynamoDB counts them, than its JSON has letters.
  if (found.reduce((sum, text) => sum + (text?.length ?? 0), 0) >= MAX_PAGE_BYTES) return undefined;
  const texts = asked.map(({ keys: of, paths }) => {
    const whole = found.splice(0, of.length).filter((text) => text !== undefined);
    return whole.map(projecting(paths));
  });
  const output = {
    get Responses() {
      return Object.fromEntries(asked.map(({ table }, at) => [table, texts[at]!.map(parse)]));
    },
    UnprocessedKeys: {},
  };
  return withText(output, () => {
    const responses = asked.map(({ table }, at) => `${JSON.stringify(table)}:[${texts[at]!.join(',')}]`);
    return `{"Responses":{${responses.join(',')}},"UnprocessedKeys":{}}`;
  });
}

async function keysOf(store: TableStore, name: string, request: JsonObject): Promise<Asked | undefined> {
  const table = await promisify(store.getTable)(name).catch(() => undefined);
  if (!table) return undefined;
  const { Keys, _projection, AttributesToGet } = request;
  const projection = _projection as { paths: unknown; nestedPaths?: unknown } | undefined;
  const items = Keys as readonly JsonObject[];
  const isWrong = items.some((key) => database.validateKey(key, table) != null);
  if (isWrong || database.validateKeyPaths(projection?.nestedPaths, table) != null) return undefined;
  return {
    table: name,
    keys: items.map((key) => database.createKey(key, table)),
    paths: projection?.paths ?? AttributesToGet,
  };
}
