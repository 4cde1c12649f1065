import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { INDEX_RANGE_KEY, TABLES, type TableName } from '../schemas/tables.ts';
import type { NameOf } from './names.ts';

export class Tables extends Construct {
  readonly results: DynamodbTable;
  readonly people: DynamodbTable;
  readonly decisions: DynamodbTable;

  constructor(scope: Construct, nameOf: NameOf, config: Config) {
    super(scope, 'tables');
    this.results = new DynamodbTable(this, 'results', {
      name: nameOf('FaceRecognitionResults'),
      ...keysOf('results'),
      ...protection(config),
    });
    this.people = new DynamodbTable(this, 'people', {
      name: nameOf('FaceRecognitionPeople'),
      ...keysOf('people'),
      ...protection(config),
    });
    this.decisions = new DynamodbTable(this, 'decisions', {
      name: nameOf('FaceRecognitionDecisions'),
      ...keysOf('decisions'),
      ...protection(config),
    });
  }
}

function keysOf(table: TableName) {
  const { hashKey, rangeKey, indexes } = TABLES[table];
  const attributes = new Set<string>([hashKey, rangeKey, INDEX_RANGE_KEY, ...Object.values(indexes)]);
  return {
    hashKey,
    rangeKey,
    attribute: [...attributes].map((name) => ({ name, type: 'S' })),
    globalSecondaryIndex: Object.entries(indexes).map(([name, indexKey]) => ({
      name,
      hashKey: indexKey,
      rangeKey: INDEX_RANGE_KEY,
      projectionType: 'ALL',
    })),
  };
}

/** Billed per request, encrypted, restorable to any second of the last 35 days, and protected from deletion. */
function protection(config: Config): Omit<DynamodbTableConfig, 'name'> {
  return {
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    // Without this the table is encrypted as well, with a key that DynamoDB owns.
    ...(config.kmsKeyArn === undefined ? {} : { serverSideEncryption: { enabled: true, kmsKeyArn: config.kmsKeyArn } }),
    deletionProtectionEnabled: !config.disposable,
    lifecycle: { preventDestroy: !config.disposable },
  };
}
