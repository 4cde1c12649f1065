import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import type { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { Construct } from 'constructs';
import { allow, policy, trust } from './policy.ts';

export interface MachineScheduleProps {
  readonly name: string;
  readonly expression: string;
  readonly machine: SfnStateMachine;
  readonly input: object;
  readonly accountId: string;
}

/** Starts a state machine on a schedule. It has no dead-letter queue, because the next run makes up for a missed one. */
export class MachineSchedule extends Construct {
  constructor(scope: Construct, id: string, { name, expression, machine, input, accountId }: MachineScheduleProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', { name, scheduleExpression: expression });
    const role = new IamRole(this, 'role', { name: `${name}-rule`, assumeRolePolicy: trust('events', accountId) });
    new IamRolePolicy(this, 'grants', {
      name: 'grants',
      role: role.id,
      policy: policy([allow(['states:StartExecution'], [machine.arn])]),
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'machine',
      arn: machine.arn,
      roleArn: role.arn,
      input: JSON.stringify(input),
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
    });
  }
}
