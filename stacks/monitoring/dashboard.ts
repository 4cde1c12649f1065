import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import type { Construct } from 'constructs';
import type { Metric } from './metrics.ts';

interface Line {
  readonly metric: Metric;
  readonly label: string;
}

/** Metric math over the other lines, whose ids are a, b, c … in order. */
interface Computed {
  readonly expression: string;
  readonly label: string;
}

export interface Widget {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Shown instead of the lines that it is computed from. */
  readonly computed?: Computed;
}

const COLUMNS = 2;
/** CloudWatch's grid is 24 units wide. */
const [WIDTH, HEIGHT] = [24 / COLUMNS, 6];

export function addDashboard(scope: Construct, name: string, region: string, widgets: readonly Widget[]) {
  return new CloudwatchDashboard(scope, 'dashboard', {
    dashboardName: name,
    dashboardBody: JSON.stringify({
      widgets: widgets.map((widget, index) => ({
        type: 'metric',
        x: (index % COLUMNS) * WIDTH,
        y: Math.floor(index / COLUMNS) * HEIGHT,
        width: WIDTH,
        height: HEIGHT,
        properties: { title: widget.title, region, view: 'timeSeries', period: 300, metrics: rows(widget) },
      })),
    }),
  });
}

function rows({ lines, computed }: Widget): readonly unknown[] {
  const metrics = lines.map(({ metric, label }, index) => [
    metric.namespace,
    metric.name,
    ...Object.entries(metric.dimensions).flat(),
    { label, stat: metric.statistic, id: String.fromCodePoint(97 + index), visible: computed === undefined },
  ]);
  return computed === undefined ? metrics : [...metrics, [{ ...computed, id: 'computed' }]];
}
