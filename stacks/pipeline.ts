import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import type { Machine } from '../statemachines/asl.ts';
import { DeadLetters } from './dead-letters.ts';
import { allow, policy, trust } from './policy.ts';
import type { NameOf } from './names.ts';

export interface PipelineProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
  readonly bucketName: string;
  /** Objects under it start the machine. */
  readonly prefix: string;
  readonly definition: Machine;
  /** The event bus that it announces on, if it does. */
  readonly busArn?: string;
}

/** A state machine, and the rule that starts it for each object that lands under a prefix. */
export class Pipeline extends Construct {
  readonly machine: SfnStateMachine;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id);
    const name = props.nameOf(`rollcall-${id}`);
    this.machine = this.#machine(name, props);
    this.deadLetters = this.#rule(name, props);
  }

  #machine(name: string, props: PipelineProps): SfnStateMachine {
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: props.config.logRetentionDays,
      ...(props.config.kmsKeyArn === undefined ? {} : { kmsKeyId: props.config.kmsKeyArn }),
    });
    const role = new IamRole(this, 'role', { name, assumeRolePolicy: trust('states', props.accountId) });
    const grants = new IamRolePolicy(this, 'grants', {
      name: 'grants',
      role: role.id,
      policy: policy([
        allow(['lambda:InvokeFunction'], functionArns(props.definition)),
        ...(props.busArn === undefined ? [] : [allow(['events:PutEvents'], [props.busArn])]),
        // Neither the delivery of logs nor X-Ray knows a resource.
        allow(LOG_DELIVERY, ['*']),
        allow(TRACING, ['*']),
      ]),
    });
    return new SfnStateMachine(this, 'machine', {
      name,
      type: 'STANDARD',
      roleArn: role.arn,
      definition: JSON.stringify(props.definition),
      // Never the data: it tells whose face was where.
      loggingConfiguration: { level: 'ERROR', includeExecutionData: false, logDestination: `${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
      // Step Functions checks at once that the role may write the log.
      dependsOn: [grants],
    });
  }

  #rule(name: string, props: PipelineProps): DeadLetters {
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      eventPattern: JSON.stringify({
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [props.bucketName] }, object: { key: [{ prefix: props.prefix }] } },
      }),
    });
    const deadLetters = new DeadLetters(
      this,
      'dead-letters',
      props.nameOf(`rollcall-${this.node.id}-dead-letters`),
      props.config,
    );
    const role = new IamRole(this, 'rule-role', {
      name: props.nameOf(`rollcall-${this.node.id}-rule`),
      assumeRolePolicy: trust('events', props.accountId),
    });
    new IamRolePolicy(this, 'rule-grants', {
      name: 'grants',
      role: role.id,
      policy: policy([allow(['states:StartExecution'], [this.machine.arn])]),
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'machine',
      arn: this.machine.arn,
      roleArn: role.arn,
      ...deadLetters.deliveryOf(rule),
    });
    return deadLetters;
  }
}

const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];

const TRACING = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** The functions that a machine calls. */
function functionArns({ States }: Machine): string[] {
  const arns = Object.values(States).flatMap((state) => {
    if (state.Type === 'Map') return functionArns(state.ItemProcessor);
    return state.Type === 'Task' && !state.Resource.startsWith('arn:aws:states:') ? [state.Resource] : [];
  });
  return [...new Set(arns)];
}
