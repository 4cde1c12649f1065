/** A DynamoDB table: all of its key attributes are strings. */
interface Table {
  readonly hashKey: string;
  readonly rangeKey: string;
  /** The hash key of each global secondary index, by the index's name. The range key of all of them is `timestamp`. */
  readonly indexes: Readonly<Record<string, string>>;
}

/** The tables. Each read pattern has an index, so nothing needs a scan. */
export const TABLES = {
  results: {
    hashKey: 'image_id',
    rangeKey: 'record',
    indexes: { 'by-person': 'person_id', 'by-status': 'status', 'by-day': 'day', 'by-failure': 'failure' },
  },
  people: {
    hashKey: 'person_id',
    rangeKey: 'record',
    indexes: { 'by-status': 'status', 'by-failure': 'failure' },
  },
  decisions: {
    hashKey: 'photo',
    rangeKey: 'entry',
    indexes: { 'by-person': 'person_id', 'by-batch': 'batch' },
  },
} as const satisfies Record<string, Table>;
export type TableName = keyof typeof TABLES;
export type IndexName<Name extends TableName> = keyof (typeof TABLES)[Name]['indexes'];

export const INDEX_RANGE_KEY = 'timestamp';

/** The attribute by which an index groups its rows. */
export function indexKey<Name extends TableName>(table: Name, index: IndexName<Name>): string {
  const indexes: Readonly<Record<string, string>> = TABLES[table].indexes;
  return indexes[String(index)]!;
}
