import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import type { NameOf } from './names.ts';

/** One index a question that is asked: no read pattern needs a scan. */
export class Tables extends Construct {
  readonly results: DynamodbTable;
  readonly people: DynamodbTable;

  constructor(scope: Construct, nameOf: NameOf, config: Config) {
    super(scope, 'tables');
    this.results = new DynamodbTable(this, 'results', {
      name: nameOf('FaceRecognitionResults'),
      hashKey: 'image_id',
      rangeKey: 'record',
      attribute: strings('image_id', 'record', 'timestamp', 'person_id', 'status', 'day'),
      globalSecondaryIndex: [by('person', 'person_id'), by('status', 'status'), by('day', 'day')],
      ...kept(config),
    });
    this.people = new DynamodbTable(this, 'people', {
      name: nameOf('FaceRecognitionPeople'),
      hashKey: 'person_id',
      rangeKey: 'record',
      attribute: strings('person_id', 'record', 'timestamp', 'status'),
      globalSecondaryIndex: [by('status', 'status')],
      ...kept(config),
    });
  }
}

const strings = (...names: string[]) => names.map((name) => ({ name, type: 'S' }));

const by = (what: string, hashKey: string) => ({
  name: `by-${what}`,
  hashKey,
  rangeKey: 'timestamp',
  projectionType: 'ALL',
});

/** Billed by the call, encrypted, restorable to any second of the last 35 days, and not deleted by mistake. */
function kept(config: Config): Omit<DynamodbTableConfig, 'name'> {
  return {
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    // Without a key the table is encrypted all the same, with one that DynamoDB owns.
    ...(config.kmsKeyArn === undefined ? {} : { serverSideEncryption: { enabled: true, kmsKeyArn: config.kmsKeyArn } }),
    deletionProtectionEnabled: !config.disposable,
    lifecycle: { preventDestroy: !config.disposable },
  };
}
