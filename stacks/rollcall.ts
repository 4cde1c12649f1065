import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import type { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { RekognitionCollection } from '@cdktf/provider-aws/lib/rekognition-collection/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { TASK_NAMES, type TaskName } from '../schemas/tasks.ts';
import { enrollFaceMachine } from '../statemachines/enroll-face.ts';
import { recognitionMachine } from '../statemachines/recognition.ts';
import type { CodePath } from './bundles/place.ts';
import { DeadLetters } from './dead-letters.ts';
import { Failures } from './failures.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { namesOf, type NameOf } from './names.ts';
import { addOutputs } from './outputs.ts';
import { PhotoBucket } from './photo-bucket.ts';
import { Pipeline } from './pipeline.ts';
import { provideAws } from './provider.ts';
import { Schedule } from './schedule.ts';
import { keepState } from './state.ts';
import { Tables } from './tables.ts';
import { TaskFunction } from './task-function.ts';
import { TASKS, type Estate, type Variable } from './tasks.ts';

export interface RollcallProps {
  readonly config: Config;
  readonly version: string;
  readonly code: Readonly<Record<TaskName, CodePath>>;
}

interface Account {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: (service: string, rest: string) => string;
}

interface Storage {
  readonly bucket: S3Bucket;
  readonly results: DynamodbTable;
  readonly people: DynamodbTable;
  readonly collection: RekognitionCollection;
}

const MACHINES = ['recognition', 'enroll-face'] as const;

/** All of Rollcall in one account and region. */
export class RollcallStack extends TerraformStack {
  readonly #config: Config;
  readonly #nameOf: NameOf;

  constructor(scope: Construct, id: string, props: RollcallProps) {
    super(scope, id);
    const { config } = props;
    const nameOf = namesOf(config);
    this.#config = config;
    this.#nameOf = nameOf;
    keepState(this, config);
    provideAws(this, config);
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const { partition } = new DataAwsPartition(this, 'partition');
    const account: Account = {
      accountId,
      partition,
      arn: (service, rest) => `arn:${partition}:${service}:${config.region}:${accountId}:${rest}`,
    };

    const storage = this.#storage(account);
    const unrecorded = new DeadLetters(this, 'failures-dead-letters', nameOf('rollcall-failures-dead-letters'), config);
    const tasks = this.#tasks(account, storage, unrecorded, props);
    const functions = eachTask((task) => tasks[task].function);
    const { recognition, enrolment } = this.#pipelines(account, storage, functions);
    new Failures(this, {
      name: nameOf('rollcall-failures'),
      machineArns: [recognition.machine.arn, enrolment.machine.arn],
      recordFailure: functions['record-failure'],
      deadLetters: unrecorded,
    });
    new Schedule(this, 'backlog', nameOf('rollcall-backlog'), 'rate(5 minutes)', functions['measure-backlog']);
    const { dashboard } = new Monitoring(this, {
      nameOf,
      config,
      partition,
      accountId,
      functions,
      logGroupNames: TASK_NAMES.map((task) => tasks[task].logs.name),
      machines: { recognition: recognition.machine, 'enroll-face': enrolment.machine },
      deadLetters: {
        recognition: recognition.deadLetters.queue,
        'enroll-face': enrolment.deadLetters.queue,
        failures: unrecorded.queue,
      },
    });
    addOutputs(this, {
      region: config.region,
      environment: config.environment,
      bucket: storage.bucket.bucket,
      results_table: storage.results.name,
      people_table: storage.people.name,
      collection: storage.collection.collectionId,
      recognition_machine: recognition.machine.arn,
      enrolment_machine: enrolment.machine.arn,
      recognition_dead_letters: recognition.deadLetters.queue.url,
      enrolment_dead_letters: enrolment.deadLetters.queue.url,
      failures_dead_letters: unrecorded.queue.url,
      dashboard: dashboard.dashboardName,
      functions: Object.values(functions)
        .map(({ arn }) => arn)
        .join(' '),
    });
  }

  #storage({ accountId }: Account): Storage {
    const { bucket } = new PhotoBucket(this, this.#nameOf(`rollcall-${accountId}`), this.#config);
    const { results, people } = new Tables(this, this.#nameOf, this.#config);
    const collection = new RekognitionCollection(this, 'collection', {
      collectionId: this.#config.collectionId ?? this.#nameOf('my-face-collection'),
      lifecycle: { preventDestroy: !this.#config.disposable },
    });
    return { bucket, results, people, collection };
  }

  #tasks(
    { accountId, arn }: Account,
    { bucket, results, people, collection }: Storage,
    unrecorded: DeadLetters,
    { code, version }: RollcallProps,
  ): Record<TaskName, TaskFunction> {
    const [config, nameOf] = [this.#config, this.#nameOf];
    const estate: Estate = {
      bucket: bucket.arn,
      results: results.arn,
      people: people.arn,
      collection: collection.arn,
      executions: MACHINES.map((machine) => arn('states', `execution:${nameOf(`rollcall-${machine}`)}:*`)),
      unrecorded: unrecorded.queue.arn,
    };
    const values: Record<Variable, string> = {
      RESULTS_TABLE: results.name,
      PEOPLE_TABLE: people.name,
      COLLECTION_ID: collection.collectionId,
      FACE_MATCH_THRESHOLD: String(config.faceMatchThreshold),
      MIN_FACE_PIXELS: String(config.minFacePixels),
      PIPELINE_VERSION: version,
    };
    return eachTask((task) => {
      const { variables, grants, ...size } = TASKS[task];
      return new TaskFunction(this, task, {
        ...size,
        nameOf,
        config,
        accountId,
        code: code[task],
        variables: Object.fromEntries(variables.map((variable) => [variable, values[variable]])),
        grants: grants(estate),
      });
    });
  }

  #pipelines({ accountId, arn }: Account, { bucket }: Storage, functions: Record<TaskName, LambdaFunction>) {
    const common = { nameOf: this.#nameOf, config: this.#config, accountId, bucketName: bucket.bucket };
    const arns = eachTask((task) => functions[task].arn);
    const recognition = new Pipeline(this, MACHINES[0], {
      ...common,
      prefix: 'input/',
      definition: recognitionMachine(arns, this.#config),
      busArn: arn('events', 'event-bus/default'),
    });
    const enrolment = new Pipeline(this, MACHINES[1], {
      ...common,
      prefix: 'enroll/',
      definition: enrollFaceMachine(arns),
    });
    return { recognition, enrolment };
  }
}

function eachTask<Value>(make: (task: TaskName) => Value): Record<TaskName, Value> {
  return Object.fromEntries(TASK_NAMES.map((task) => [task, make(task)])) as Record<TaskName, Value>;
}
