/** DynamoDB's JSON as plain JSON: `{"S": "a"}` is `"a"`, wherever it lies. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[type, content] = ['', undefined]] = entries;
  const read = entries.length === 1 && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return read ? read(content) : Object.fromEntries(entries.map(([name, part]) => [name, plain(part)]));
}

const same = (content: unknown) => content;

const TYPES: Readonly<Record<string, (content: unknown) => unknown>> = {
  S: same,
  N: Number,
  BOOL: same,
  NULL: () => null,
  L: plain,
  M: (content) => Object.fromEntries(Object.entries(content as object).map(([name, part]) => [name, plain(part)])),
  SS: same,
};
