import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import type { NameOf } from '../names.ts';
import type { Metric } from './metrics.ts';

export interface Alarm {
  readonly id: string;
  /** What it means, and what to do: the text of the e-mail. */
  readonly description: string;
  /** Added up, where there are several. */
  readonly metrics: readonly [Metric, ...Metric[]];
  readonly threshold: number;
  /** In a row, of five minutes each. */
  readonly periods?: number;
}

const FIVE_MINUTES = 300;

/** Alarms that write to one topic, when something is wrong and when it is right again. */
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
        // Nothing was counted: nothing went wrong.
        treatMissingData: 'notBreaching',
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...watched(metrics),
      });
    }
  }
}

function watched(metrics: Alarm['metrics']) {
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
