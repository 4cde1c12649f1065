/** Turns DynamoDB's typed values into plain JSON at any depth of a request or answer: `{"S": "a"}` becomes `"a"`. */
export function fromDynamoDbJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromDynamoDbJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[type, content] = ['', undefined]] = entries;
  const decode = entries.length === 1 && Object.hasOwn(DECODERS, type) ? DECODERS[type] : undefined;
  return decode ? decode(content) : Object.fromEntries(entries.map(([name, part]) => [name, fromDynamoDbJson(part)]));
}

const unchanged = (content: unknown) => content;

/** A set of strings is `{"set": ["a"]}`, because JSON has no sets. */
export const isSet = (value: unknown): value is { set: string[] } =>
  typeof value === 'object' && value !== null && Array.isArray((value as { set?: unknown }).set);

const DECODERS: Readonly<Record<string, (content: unknown) => unknown>> = {
  S: unchanged,
  N: Number,
  BOOL: unchanged,
  NULL: () => null,
  L: fromDynamoDbJson,
  M: (content) =>
    Object.fromEntries(Object.entries(content as object).map(([name, part]) => [name, fromDynamoDbJson(part)])),
  SS: (content) => ({ set: content }),
};
