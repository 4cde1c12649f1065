import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import type { NameOf } from '../names.ts';
import type { Metric } from './metrics.ts';

export interface Alarm {
  readonly id: string;
  /** The text of the e-mail: what it means, and what to do. */
  readonly description: string;
  /** The sum is watched where there are several. */
  readonly metrics: readonly [Metric, ...Metric[]];
  readonly threshold: number;
  /** How many periods of five minutes in a row. */
  readonly periods?: number;
}

const FIVE_MINUTES = 300;

/** Alarms that notify one topic when they go off and when they recover. */
export class Alarms extends Construct {
  constructor(scope: Construct, nameOf: NameOf, topicArn: string, alarms: readonly Alarm[]) {
    super(scope, 'alarms');
    for (const { id, description, metrics, threshold, periods = 1 } of alarms) {
      new CloudwatchMetricAlarm(this, id, {
        alarmName: nameOf(`rollcall-${id}`),
        alarmDescription: description,
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold,
        evaluationPeriods: periods,
        // No data means that nothing went wrong.
        treatMissingData: 'notBreaching',
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...watchedMetrics(metrics),
      });
    }
  }
}

function watchedMetrics(metrics: Alarm['metrics']) {
  const [first, ...more] = metrics;
  if (more.length === 0) {
    const { namespace, name, dimensions, statistic } = first;
    return { namespace, metricName: name, dimensions, period: FIVE_MINUTES, statistic };
  }
  const ids = metrics.map((_, index) => `m${index}`);
  return {
    metricQuery: [
      { id: 'sum', expression: `SUM([${ids.join(', ')}])`, label: 'sum', returnData: true },
      ...metrics.map(({ namespace, name, dimensions, statistic }, index) => ({
        id: `m${index}`,
        metric: { namespace, metricName: name, dimensions, period: FIVE_MINUTES, stat: statistic },
      })),
    ],
  };
}
