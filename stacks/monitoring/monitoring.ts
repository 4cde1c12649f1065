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

function alarms({ machines, functions, deadLetters }: MonitoringProps, own: Own): Alarm[] {
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
    // A rejected photo or a retried call counts as an error of its function, so a few are normal.
    ...Object.entries(functions).map(([task, one]): Alarm => ({
      id: `${task}-errors`,
      description: `The function of ${task} fails again and again. The saved log query "What failed" says how.`,
      metrics: [functionMetric(one, 'Errors')],
      threshold: 20,
    })),
    {
      id: 'oldest-photo',
      description: 'A photo has been under way for a quarter of an hour. Its execution says what it waits for.',
      metrics: [{ ...own('OldestPhotoSeconds'), statistic: 'Maximum' }],
      threshold: 900,
    },
    {
      id: 'rekognition-throttles',
      description:
        'Rekognition turned calls away for a quarter of an hour. Lower faceConcurrency, or ask for a higher quota.',
      metrics: [own('RekognitionThrottles')],
      threshold: 10,
      periods: 3,
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
      title: 'Age of the oldest photo under way, in seconds',
      lines: [{ label: 'oldest', metric: { ...own('OldestPhotoSeconds'), statistic: 'Maximum' } }],
    },
    { title: 'Dead letters', lines: each(deadLetters, queueDepth) },
    { title: 'Errors by function', lines: each(functions, (one) => functionMetric(one, 'Errors')) },
    { title: 'Recorded failures', lines: [{ label: 'executions', metric: own('ExecutionsFailed') }] },
  ];
}
