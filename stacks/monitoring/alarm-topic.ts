import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy/index.js';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription/index.js';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';
import { policy, type Statement } from '../policy.ts';

export interface AlarmTopicProps {
  readonly name: string;
  readonly config: Config;
  readonly partition: string;
  readonly accountId: string;
}

/** The topic of the alarms. Encrypted; only this account's alarms may publish to it. */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic;

  constructor(scope: Construct, { name, config, partition, accountId }: AlarmTopicProps) {
    super(scope, 'alarm-topic');
    const byAlarms: Pick<Statement, 'Effect' | 'Principal' | 'Condition'> = {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    };
    this.topic = new SnsTopic(this, 'topic', {
      name,
      kmsMasterKeyId: config.kmsKeyArn ?? this.#key(name, `arn:${partition}:iam::${accountId}:root`, byAlarms).arn,
    });
    new SnsTopicPolicy(this, 'policy', {
      arn: this.topic.arn,
      policy: policy([
        { Sid: 'FromAlarms', ...byAlarms, Action: ['sns:Publish'], Resource: [this.topic.arn] },
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: ['sns:Publish'],
          Resource: [this.topic.arn],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    if (config.alarmEmail !== undefined) {
      new SnsTopicSubscription(this, 'email', {
        topicArn: this.topic.arn,
        protocol: 'email',
        endpoint: config.alarmEmail,
      });
    }
  }

  /** CloudWatch may not use the key that SNS manages, and that key's policy cannot be changed. */
  #key(name: string, root: string, byAlarms: Pick<Statement, 'Effect' | 'Principal' | 'Condition'>): KmsKey {
    return new KmsKey(this, 'key', {
      description: name,
      enableKeyRotation: true,
      deletionWindowInDays: 7,
      policy: policy([
        { Sid: 'Account', Effect: 'Allow', Principal: { AWS: root }, Action: ['kms:*'], Resource: ['*'] },
        { Sid: 'Alarms', ...byAlarms, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: ['*'] },
      ]),
    });
  }
}
