/** DynamoDB's JSON as plain JSON: `{"S": "a"}` is `"a"`, wherever it lies. */
export function fromDynamoDbJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromDynamoDbJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[type, content] = ['', undefined]] = entries;
  const read = entries.length === 1 && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return read ? read(content) : Object.fromEntries(entries.map(([name, part]) => [name, fromDynamoDbJson(part)]));
}

const same = (content: unknown) => content;

const TYPES: Readonly<Record<string, (content: unknown) => unknown>> = {
  S: same,
  N: Number,
  BOOL: same,
  NULL: () => null,
  L: fromDynamoDbJson,
  M: (content) =>
    Object.fromEntries(Object.entries(content as object).map(([name, part]) => [name, fromDynamoDbJson(part)])),
  SS: same,
};
