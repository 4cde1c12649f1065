import type { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';
import type { MetricName } from '../../schemas/metrics.ts';
import type { TaskName } from '../../schemas/tasks.ts';
import type { NameOf } from '../names.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms, type Alarm } from './alarms.ts';
import { addDashboard, type Widget } from './dashboard.ts';
import { LogQueries } from './log-queries.ts';
import { functionMetric, machineMetric, queueDepth, taskMetric, type Metric } from './metrics.ts';

export interface MonitoringProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly partition: string;
  readonly accountId: string;
  readonly machines: Readonly<Record<string, SfnStateMachine>>;
  readonly functions: Readonly<Record<TaskName, LambdaFunction>>;
  readonly deadLetters: Readonly<Record<string, SqsQueue>>;
  readonly logGroupNames: readonly string[];
}

/** Dashboard, alarms and saved queries for an operator. */
export class Monitoring extends Construct {
  readonly dashboard: CloudwatchDashboard;

  constructor(scope: Construct, props: MonitoringProps) {
    super(scope, 'monitoring');
    const { nameOf, config, partition, accountId } = props;
    const name = nameOf('rollcall');
    const own = (metric: MetricName) => taskMetric(name, metric);
    const { topic } = new AlarmTopic(this, { name: nameOf('rollcall-alarms'), config, partition, accountId });
    new Alarms(this, nameOf, topic.arn, alarms(props, own));
    this.dashboard = addDashboard(this, name, config.region, widgets(props, own));
    new LogQueries(this, nameOf, props.logGroupNames);
  }
}

type Own = (name: MetricName) => Metric;

/** No state machine and no queue tells of their errors. */
const SCHEDULED = ['measure-backlog', 'record-lost-failures'] as const satisfies readonly TaskName[];

const LONG_WAIT_S = 900;

function alarms({ machines, functions, deadLetters }: MonitoringProps, own: Own): Alarm[] {
  const maximum = (name: MetricName): Metric => ({ ...own(name), statistic: 'Maximum' });
  return [
    ...Object.entries(machines).map(([id, machine]): Alarm => ({
      id: `${id}-failed`,
      description: `Executions of ${id} failed. Find the error on the photo's row, mend its cause, and redrive them.`,
      metrics: [
        machineMetric(machine, 'ExecutionsFailed'),
        machineMetric(machine, 'ExecutionsTimedOut'),
        machineMetric(machine, 'ExecutionsAborted'),
      ],
      threshold: 1,
    })),
    ...Object.entries(deadLetters).map(([id, queue]): Alarm => ({
      id: `${id}-dead-letters`,
      description: `Events of ${id} were given up on. Their queue keeps them for 14 days: put them back when the cause is mended.`,
      metrics: [queueDepth(queue)],
      threshold: 1,
    })),
    // Errors of the other functions are retried, and what is left of them shows as failed executions or dead letters.
    ...SCHEDULED.map((task): Alarm => ({
      id: `${task}-errors`,
      description: `The scheduled function ${task} fails again and again. The saved log query "What failed" says how.`,
      metrics: [functionMetric(functions[task], 'Errors')],
      threshold: 1,
      // A single error is made up for by the next run. The schedules are five and fifteen minutes apart.
      periods: 4,
      breaching: 2,
    })),
    {
      id: 'backlog',
      description:
        'Photos have waited for a quarter of an hour, and for half an hour the executions under way have not become fewer. ' +
        'Their histories say what they wait for: a quota of Rekognition or Lambda, or a service with a disturbance.',
      metrics: [maximum('OldestPhotoSeconds'), maximum('ExecutionsRunning')],
      // A long wait is no fault as long as the number falls. Each value is compared with the one before.
      expression: `IF(m0 >= ${LONG_WAIT_S} AND DIFF(m1) >= 0, 1, 0)`,
      threshold: 1,
      periods: 6,
    },
  ];
}

function widgets({ machines, functions, deadLetters }: MonitoringProps, own: Own): Widget[] {
  const each = <One>(of: Readonly<Record<string, One>>, metric: (one: One) => Metric) =>
    Object.entries(of).map(([label, one]) => ({ label, metric: metric(one) }));
  return [
    ...Object.entries(machines).flatMap(([id, machine]): Widget[] => [
      {
        title: `Executions of ${id}`,
        lines: [
          { label: 'succeeded', metric: machineMetric(machine, 'ExecutionsSucceeded') },
          { label: 'failed', metric: machineMetric(machine, 'ExecutionsFailed') },
          { label: 'timed out', metric: machineMetric(machine, 'ExecutionsTimedOut') },
          { label: 'aborted', metric: machineMetric(machine, 'ExecutionsAborted') },
        ],
      },
      {
        title: `Duration of ${id}, in milliseconds`,
        lines: [
          { label: 'p50', metric: machineMetric(machine, 'ExecutionTime', 'p50') },
          { label: 'p95', metric: machineMetric(machine, 'ExecutionTime', 'p95') },
        ],
      },
    ]),
    {
      title: 'Photos',
      lines: [
        { label: 'completed', metric: own('PhotosCompleted') },
        { label: 'without faces', metric: own('PhotosWithoutFaces') },
        { label: 'rejected', metric: own('PhotosRejected') },
      ],
    },
    {
      title: 'Faces',
      lines: [
        { label: 'found', metric: own('FacesDetected') },
        { label: 'matched', metric: own('FacesMatched') },
        { label: 'unknown', metric: own('FacesUnknown') },
        { label: 'not searchable', metric: own('FacesUnsearchable') },
      ],
    },
    {
      title: 'People',
      lines: [
        { label: 'enrolled', metric: own('PeopleEnrolled') },
        { label: 'refused', metric: own('EnrolmentsRefused') },
      ],
    },
    {
      title: 'Calls to Rekognition',
      lines: [
        { label: 'answered', metric: own('RekognitionCalls') },
        { label: 'throttled', metric: own('RekognitionThrottles') },
      ],
    },
    {
      title: 'Cost of Rekognition, most of the bill, in dollars',
      lines: [{ label: 'calls', metric: own('RekognitionCalls') }],
      // The price of the first million calls a month.
      computed: { label: 'at $0.001 a call', expression: 'a * 0.001' },
    },
    {
      title: 'Executions under way',
      lines: [{ label: 'executions', metric: { ...own('ExecutionsRunning'), statistic: 'Maximum' } }],
    },
    {
      title: 'Age of the oldest photo under way, in seconds',
      lines: [{ label: 'oldest', metric: { ...own('OldestPhotoSeconds'), statistic: 'Maximum' } }],
    },
    { title: 'Dead letters', lines: each(deadLetters, queueDepth) },
    { title: 'Errors by function', lines: each(functions, (one) => functionMetric(one, 'Errors')) },
    { title: 'Recorded failures', lines: [{ label: 'executions', metric: own('ExecutionsFailed') }] },
  ];
}
