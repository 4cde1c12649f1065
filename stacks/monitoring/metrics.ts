import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import type { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import type { MetricName } from '../../schemas/metrics.ts';

export type Statistic = 'Sum' | 'Maximum' | 'p50' | 'p95';

/** A CloudWatch metric with a statistic. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: Statistic;
}

/** A metric of the tasks. Its dimension, Powertools' service name, separates environments. */
export const taskMetric = (service: string, name: MetricName, statistic: Statistic = 'Sum'): Metric => ({
  namespace: 'Rollcall',
  name,
  dimensions: { service },
  statistic,
});

type MachineMetric =
  | 'ExecutionsStarted'
  | 'ExecutionsSucceeded'
  | 'ExecutionsFailed'
  | 'ExecutionsTimedOut'
  | 'ExecutionsAborted'
  | 'ExecutionTime';

export const machineMetric = (machine: SfnStateMachine, name: MachineMetric, statistic: Statistic = 'Sum'): Metric => ({
  namespace: 'AWS/States',
  name,
  dimensions: { StateMachineArn: machine.arn },
  statistic,
});

export const functionMetric = (
  { functionName }: LambdaFunction,
  name: 'Errors' | 'Throttles' | 'Duration',
  statistic: Statistic = 'Sum',
): Metric => ({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: functionName }, statistic });

export const queueDepth = ({ name }: SqsQueue): Metric => ({
  namespace: 'AWS/SQS',
  name: 'ApproximateNumberOfMessagesVisible',
  dimensions: { QueueName: name },
  statistic: 'Maximum',
});
