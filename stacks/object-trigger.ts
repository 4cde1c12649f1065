import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { DeadLetters } from './dead-letters.ts';
import type { NameOf } from './names.ts';
import { allow, policy, trust } from './policy.ts';
import type { StateMachine } from './state-machine.ts';

export interface ObjectTriggerProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
  readonly bucketName: string;
  readonly prefix: string;
}

/**
 * What an execution gets of the event, see schemas/events.ts. The event also says who uploaded the object, from which
 * address; an execution's history would keep that for 90 days.
 */
const INPUT = {
  inputPaths: { time: '$.time', bucket: '$.detail.bucket', object: '$.detail.object' },
  inputTemplate: '{"time":"<time>","detail":{"bucket":<bucket>,"object":<object>}}',
};

/** Starts an execution for each object that is created under a prefix. */
export class ObjectTrigger extends Construct {
  readonly deadLetters: DeadLetters;

  constructor(stateMachine: StateMachine, { nameOf, config, accountId, bucketName, prefix }: ObjectTriggerProps) {
    // cdktf leaves `Default` out of logical ids, so the resources are named as children of the state machine.
    super(stateMachine, 'Default');
    const { machine } = stateMachine;
    const name = `rollcall-${stateMachine.node.id}`;
    const rule = new CloudwatchEventRule(this, 'rule', {
      name: nameOf(name),
      eventPattern: JSON.stringify({
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
      }),
    });
    this.deadLetters = new DeadLetters(this, 'dead-letters', nameOf(`${name}-dead-letters`), config);
    const role = new IamRole(this, 'rule-role', {
      name: nameOf(`${name}-rule`),
      assumeRolePolicy: trust('events', accountId),
    });
    new IamRolePolicy(this, 'rule-grants', {
      name: 'grants',
      role: role.id,
      policy: policy([allow(['states:StartExecution'], [machine.arn])]),
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'machine',
      arn: machine.arn,
      roleArn: role.arn,
      inputTransformer: INPUT,
      ...this.deadLetters.deliveryOf(rule),
    });
  }
}
