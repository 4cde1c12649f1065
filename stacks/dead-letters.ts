import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { policy } from './policy.ts';

const DAY = 86_400;

/** The longest time, in seconds, and the most attempts that EventBridge allows. */
const RETRIES = { maximumEventAgeInSeconds: DAY, maximumRetryAttempts: 185 };

/** A queue for the events that a rule could not deliver. They are kept for SQS's maximum of 14 days. */
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

  /** The delivery settings of a target of this rule: retries, and this queue for what fails. */
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
