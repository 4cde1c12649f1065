import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import type { NameOf } from '../names.ts';
import type { Metric } from './metrics.ts';

export interface Alarm {
  readonly id: string;
  /** The text of the e-mail: what it means, and what to do. */
  readonly description: string;
  readonly metrics: readonly [Metric, ...Metric[]];
  /** Metric math over the metrics, which are `m0`, `m1` and so on. Default: their sum. */
  readonly expression?: string;
  readonly threshold: number;
  /** How many periods of five minutes are looked at, and how many of them must reach the threshold. Default: one. */
  readonly periods?: number;
  /** Default: all of them. */
  readonly breaching?: number;
}

const FIVE_MINUTES = 300;

/** Alarms that notify one topic when they go off and when they recover. */
export class Alarms extends Construct {
  constructor(scope: Construct, nameOf: NameOf, topicArn: string, alarms: readonly Alarm[]) {
    super(scope, 'alarms');
    for (const { id, description, threshold, periods = 1, breaching = periods, ...watched } of alarms) {
      new CloudwatchMetricAlarm(this, id, {
        alarmName: nameOf(`rollcall-${id}`),
        alarmDescription: description,
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold,
        evaluationPeriods: periods,
        datapointsToAlarm: breaching,
        // No data means that nothing went wrong.
        treatMissingData: 'notBreaching',
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...watchedMetrics(watched),
      });
    }
  }
}

function watchedMetrics({ metrics, expression }: Pick<Alarm, 'metrics' | 'expression'>) {
  const [first, ...more] = metrics;
  if (more.length === 0 && expression === undefined) {
    const { namespace, name, dimensions, statistic } = first;
    return { namespace, metricName: name, dimensions, period: FIVE_MINUTES, statistic };
  }
  const ids = metrics.map((_, index) => `m${index}`);
  return {
    metricQuery: [
      { id: 'watched', expression: expression ?? `SUM([${ids.join(', ')}])`, label: 'watched', returnData: true },
      ...metrics.map(({ namespace, name, dimensions, statistic }, index) => ({
        id: `m${index}`,
        metric: { namespace, metricName: name, dimensions, period: FIVE_MINUTES, stat: statistic },
      })),
    ],
  };
}
