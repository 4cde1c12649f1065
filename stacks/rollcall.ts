import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { RekognitionCollection } from '@cdktf/provider-aws/lib/rekognition-collection/index.js';
import type { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { workingSettings, type Config } from '../schemas/config.ts';
import type { Deployment } from '../schemas/deployment.ts';
import type { Variable } from '../schemas/environment.ts';
import { ratesOf } from '../schemas/quotas.ts';
import { TASK_NAMES, type TaskName } from '../schemas/tasks.ts';
import { MACHINE_NAMES, machineEntry, type CallableArns, type MachineName } from '../statemachines/registry.ts';
import { deadLetterQueues, resourceArns, type Account, type Storage } from './arns.ts';
import { configureBackend } from './backend.ts';
import type { CodePath } from './bundles/place.ts';
import { Dashboard, type DashboardCode } from './dashboard/dashboard.ts';
import { DeadLetters } from './dead-letters.ts';
import { Failures } from './failures.ts';
import type { ResourceArns } from './grants.ts';
import { MachineSchedule } from './machine-schedule.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { namesOf, type NameOf } from './names.ts';
import { ObjectTrigger } from './object-trigger.ts';
import { addOutputs } from './outputs.ts';
import { PhotoBucket } from './photo-bucket.ts';
import { addProvider } from './provider.ts';
import { Schedule } from './schedule.ts';
import { StateMachine } from './state-machine.ts';
import { Tables } from './tables.ts';
import { logGroupOf, TaskFunction } from './task-function.ts';
import { TASK_SETTINGS } from './tasks.ts';

export interface RollcallProps {
  readonly config: Config;
  readonly version: string;
  readonly code: Readonly<Record<TaskName, CodePath>>;
  /** Absent where there shall be no dashboard. */
  readonly dashboard?: DashboardCode | undefined;
}

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
    configureBackend(this, config);
    addProvider(this, config);
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const { partition } = new DataAwsPartition(this, 'partition');
    const account: Account = {
      accountId,
      partition,
      arn: (service, rest) => `arn:${partition}:${service}:${config.region}:${accountId}:${rest}`,
    };

    const storage = this.#storage(account);
    const failureDeadLetters = new DeadLetters(
      this,
      'failures-dead-letters',
      nameOf('rollcall-failures-dead-letters'),
      config,
    );
    const search = SEARCHES[config.searchBy];
    const arns = { ...resourceArns(nameOf, account, storage, failureDeadLetters), search };
    const tasks = this.#tasks(account, storage, arns, props);
    const functions = eachTask((task) => tasks[task].function);
    const functionArns = eachTask((task) => functions[task].arn);
    const { machines, triggers } = this.#machines(account, storage, functionArns);
    new Failures(this, {
      name: nameOf('rollcall-failures'),
      // A failure is recorded on the row of the object that started the execution.
      machineArns: Object.keys(triggers).map((name) => machines[name as MachineName].arn),
      recordFailure: functions['record-failure'],
      deadLetters: failureDeadLetters,
    });
    new Schedule(this, 'backlog', nameOf('rollcall-backlog'), 'rate(5 minutes)', functions['measure-backlog']);
    new Schedule(
      this,
      'lost-failures',
      nameOf('rollcall-lost-failures'),
      'rate(15 minutes)',
      functions['record-lost-failures'],
    );
    if (config.unknownRetentionDays !== undefined) {
      new MachineSchedule(this, 'unknown-retention', {
        name: nameOf('rollcall-unknown-retention'),
        expression: 'rate(1 day)',
        machine: machines['forget-person'],
        input: { unknown_older_than_days: config.unknownRetentionDays },
        accountId,
      });
    }
    const deadLetters = {
      ...mapValues(triggers, (trigger) => trigger.deadLetters.queue),
      failures: failureDeadLetters.queue,
    };
    const { dashboard } = new Monitoring(this, {
      nameOf,
      config,
      partition,
      accountId,
      functions,
      logGroupNames: [
        ...TASK_NAMES.map((task) => tasks[task].logs.name),
        ...(props.dashboard ? [logGroupOf(nameOf, 'dashboard-api')] : []),
      ],
      machines,
      deadLetters,
    });
    const deployment: Deployment = {
      region: config.region,
      environment: config.environment,
      bucket: storage.bucket.bucket,
      results_table: storage.results.name,
      people_table: storage.people.name,
      decisions_table: storage.decisions.name,
      collection: storage.collection.collectionId,
      unknown_collection: storage.unknownCollection.collectionId,
      machines: mapValues(machines, ({ arn }) => arn),
      functions: functionArns,
      dead_letters: mapValues(deadLetters, ({ url }) => url),
      dashboard: dashboard.dashboardName,
      work_retention_days: config.workRetentionDays,
      face_match_threshold: config.faceMatchThreshold,
      re_recognize_after_enroll: config.reRecognizeAfterEnroll,
      settings: workingSettings(config),
    };
    const { bucket: photos } = storage;
    const common = { nameOf, config, accountId, photos, arns, deployment };
    const page = props.dashboard && new Dashboard(this, { ...common, code: props.dashboard });
    addOutputs(this, { ...deployment, ...page?.outputs });
  }

  #storage({ accountId }: Account): Storage {
    const { bucket } = new PhotoBucket(this, this.#nameOf(`rollcall-${accountId}`), this.#config);
    const { results, people, decisions } = new Tables(this, this.#nameOf, this.#config);
    const collectionId = this.#config.collectionId ?? this.#nameOf('my-face-collection');
    const lifecycle = { preventDestroy: !this.#config.disposable };
    const collection = new RekognitionCollection(this, 'collection', { collectionId, lifecycle });
    const unknown = { collectionId: `${collectionId}-unknown`, lifecycle };
    const unknownCollection = new RekognitionCollection(this, 'unknown-collection', unknown);
    return { bucket, results, people, decisions, collection, unknownCollection };
  }

  #tasks(
    { accountId }: Account,
    { bucket, results, people, decisions, collection, unknownCollection }: Storage,
    resources: ResourceArns,
    { code, version }: RollcallProps,
  ): Record<TaskName, TaskFunction> {
    const [config, nameOf] = [this.#config, this.#nameOf];
    const rates = ratesOf(config);
    const variables: Record<Variable, string> = {
      BUCKET: bucket.bucket,
      RESULTS_TABLE: results.name,
      PEOPLE_TABLE: people.name,
      DECISIONS_TABLE: decisions.name,
      COLLECTION_ID: collection.collectionId,
      UNKNOWN_COLLECTION_ID: unknownCollection.collectionId,
      DEAD_LETTER_QUEUES: deadLetterQueues(nameOf).join(','),
      LOG_RETENTION_DAYS: String(config.logRetentionDays),
      OBJECT_MACHINES: resources.machines.join(','),
      DECIDING_MACHINES: resources.decidingMachines.join(','),
      FACE_MATCH_THRESHOLD: String(config.faceMatchThreshold),
      SEARCH_BY: config.searchBy,
      ALLOW_TWINS: String(config.allowTwins),
      RECOGNITION_OFF_PREFIX: config.recognitionOffPrefix,
      MIN_FACE_PIXELS: String(config.minFacePixels),
      MIN_PORTRAIT_FACE_PIXELS: String(config.minPortraitFacePixels),
      DETECT_FACES_PER_SECOND: String(rates.DetectFaces),
      SEARCH_FACES_PER_SECOND: String(rates.SearchFacesByImage),
      COMPARE_FACES_PER_SECOND: String(rates.SearchFaces),
      INDEX_FACES_PER_SECOND: String(rates.IndexFaces),
      PIPELINE_VERSION: version,
    };
    return eachTask((task) => {
      const { grants, ...size } = TASK_SETTINGS[task];
      const props = { ...size, nameOf, config, accountId, code: code[task], variables, grants: grants(resources) };
      return new TaskFunction(this, task, props);
    });
  }

  #machines({ accountId, partition, arn }: Account, { bucket }: Storage, functions: CallableArns['functions']) {
    const common = { nameOf: this.#nameOf, config: this.#config, accountId };
    const arns = { functions, putEvents: `arn:${partition}:states:::events:putEvents` };
    const triggers: Partial<Record<MachineName, ObjectTrigger>> = {};
    const make = (name: MachineName): SfnStateMachine => {
      const { define, objectPrefix } = machineEntry(name);
      const definition = define(arns, this.#config);
      const stateMachine = new StateMachine(this, name, {
        ...common,
        definition,
        busArn: arn('events', 'event-bus/default'),
      });
      if (objectPrefix !== undefined) {
        triggers[name] = new ObjectTrigger(stateMachine, {
          ...common,
          bucketName: bucket.bucket,
          prefix: objectPrefix,
        });
      }
      return stateMachine.machine;
    };
    const machines = Object.fromEntries(MACHINE_NAMES.map((name) => [name, make(name)]));
    return { machines: machines as Record<MachineName, SfnStateMachine>, triggers };
  }
}

const SEARCHES = { faces: 'rekognition:SearchFacesByImage', users: 'rekognition:SearchUsersByImage' } as const;

function eachTask<Value>(make: (task: TaskName) => Value): Record<TaskName, Value> {
  return Object.fromEntries(TASK_NAMES.map((task) => [task, make(task)])) as Record<TaskName, Value>;
}

const mapValues = <Value, Mapped>(values: Readonly<Record<string, Value>>, map: (value: Value) => Mapped) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
