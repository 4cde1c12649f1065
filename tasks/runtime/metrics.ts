import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName } from '../../schemas/metrics.ts';
import { nameOf } from './errors.ts';

const metrics = new Metrics();

/** Counts in CloudWatch's embedded metric format: by a log line, without a call. */
export function count(name: MetricName, value = 1): void {
  metrics.addMetric(name, MetricUnit.Count, value);
}

export function measureSeconds(name: MetricName, value: number): void {
  metrics.addMetric(name, MetricUnit.Seconds, value);
}

/** Publishes the counts. Called once per invocation, also when it fails. */
export function flush(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}

/** Counts a paid call to Rekognition when it ends. A throttled call is not paid for. */
export async function countPaidCall<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    const answer = await call;
    count('RekognitionCalls');
    return answer;
  } catch (error) {
    const name = nameOf(error) ?? '';
    const throttled = name === 'ThrottlingException' || name === 'ProvisionedThroughputExceededException';
    count(throttled ? 'RekognitionThrottles' : 'RekognitionCalls');
    throw error;
  }
}
