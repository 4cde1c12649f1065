import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js';
import { RekognitionCollection } from '@cdktf/provider-aws/lib/rekognition-collection/index.js';
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
import { namesOf } from './names.ts';
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

const MACHINES = ['recognition', 'enroll-face'] as const;

/** All of Rollcall in one account and region. */
export class RollcallStack extends TerraformStack {
  constructor(scope: Construct, id: string, { config, version, code }: RollcallProps) {
    super(scope, id);
    const nameOf = namesOf(config);
    keepState(this, config);
    provideAws(this, config);
    const { accountId } = new DataAwsCallerIdentity(this, 'account');
    const { partition } = new DataAwsPartition(this, 'partition');

    const { bucket } = new PhotoBucket(this, nameOf(`rollcall-${accountId}`), config);
    const { results, people } = new Tables(this, nameOf, config);
    const collection = new RekognitionCollection(this, 'collection', {
      collectionId: config.collectionId ?? nameOf('my-face-collection'),
      lifecycle: { preventDestroy: !config.disposable },
    });
    const unrecorded = new DeadLetters(this, 'failures-dead-letters', nameOf('rollcall-failures-dead-letters'), config);

    const arn = (service: string, rest: string) => `arn:${partition}:${service}:${config.region}:${accountId}:${rest}`;
    const estate: Estate = {
      bucket: bucket.arn,
      results: results.arn,
      people: people.arn,
      collection: collection.arn,
      executions: MACHINES.map((machine) => arn('states', `execution:${nameOf(`rollcall-${machine}`)}:*`)),
    };
    const values: Record<Variable, string> = {
      RESULTS_TABLE: results.name,
      PEOPLE_TABLE: people.name,
      COLLECTION_ID: collection.collectionId,
      FACE_MATCH_THRESHOLD: String(config.faceMatchThreshold),
      MIN_FACE_PIXELS: String(config.minFacePixels),
      PIPELINE_VERSION: version,
    };
    const tasks = eachTask((task) => {
      const { variables, grants, ...size } = TASKS[task];
      return new TaskFunction(this, task, {
        ...size,
        nameOf,
        config,
        accountId,
        code: code[task],
        variables: Object.fromEntries(variables.map((variable) => [variable, values[variable]])),
        grants: grants(estate),
        // The one function that EventBridge calls: what it fails at goes where undelivered events go.
        ...(task === 'record-failure' ? { deadLetterQueueArn: unrecorded.queue.arn } : {}),
      });
    });
    const functions = eachTask((task) => tasks[task].function);
    const arns = eachTask((task) => functions[task].arn);

    const common = { nameOf, config, accountId, bucketName: bucket.bucket };
    const recognition = new Pipeline(this, MACHINES[0], {
      ...common,
      prefix: 'input/',
      definition: recognitionMachine(arns, config),
      busArn: arn('events', 'event-bus/default'),
    });
    const enrolment = new Pipeline(this, MACHINES[1], {
      ...common,
      prefix: 'enroll/',
      definition: enrollFaceMachine(arns),
    });
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
      bucket: bucket.bucket,
      results_table: results.name,
      people_table: people.name,
      collection: collection.collectionId,
      recognition_machine: recognition.machine.arn,
      enrolment_machine: enrolment.machine.arn,
      recognition_dead_letters: recognition.deadLetters.queue.url,
      enrolment_dead_letters: enrolment.deadLetters.queue.url,
      failures_dead_letters: unrecorded.queue.url,
      dashboard: dashboard.dashboardName,
    });
  }
}

function eachTask<Value>(make: (task: TaskName) => Value): Record<TaskName, Value> {
  return Object.fromEntries(TASK_NAMES.map((task) => [task, make(task)])) as Record<TaskName, Value>;
}
