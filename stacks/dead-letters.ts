import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { policy } from './policy.ts';

const DAY = 86_400;

/** As long, in seconds, and as often as EventBridge tries at all. */
const RETRIES = { maximumEventAgeInSeconds: DAY, maximumRetryAttempts: 185 };

/** Keeps the events that a rule could not deliver, for as long as SQS keeps anything. */
export class DeadLetters extends Construct {
  readonly queue: SqsQueue;

  constructor(scope: Construct, id: string, name: string, config: Config) {
    super(scope, id);
    this.queue = new SqsQueue(this, 'queue', {
      name,
      messageRetentionSeconds: 14 * DAY,
      ...(config.kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: config.kmsKeyArn }),
    });
  }

  /** How a target of this rule delivers: patiently, and what fails goes here. */
  deliveryOf(rule: CloudwatchEventRule) {
    new SqsQueuePolicy(this, 'policy', {
      queueUrl: this.queue.url,
      policy: policy([
        {
          Sid: 'FromItsRule',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['sqs:SendMessage'],
          Resource: [this.queue.arn],
          Condition: { ArnEquals: { 'aws:SourceArn': rule.arn } },
        },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: ['sqs:*'],
          Resource: [this.queue.arn],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    return { retryPolicy: RETRIES, deadLetterConfig: { arn: this.queue.arn } };
  }
}
