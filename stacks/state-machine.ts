import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import type { Machine } from '../statemachines/asl.ts';
import type { MachineName } from '../statemachines/registry.ts';
import type { NameOf } from './names.ts';
import { allow, policy, trust } from './policy.ts';

export interface StateMachineProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
  readonly definition: Machine;
  /** The event bus that it may put events on. */
  readonly busArn: string;
}

/** A state machine with a log group and a role that allows just what its states call. */
export class StateMachine extends Construct {
  readonly machine: SfnStateMachine;

  constructor(scope: Construct, id: MachineName, { nameOf, config, accountId, definition, busArn }: StateMachineProps) {
    super(scope, id);
    const name = nameOf(`rollcall-${id}`);
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: config.logRetentionDays,
      ...(config.kmsKeyArn === undefined ? {} : { kmsKeyId: config.kmsKeyArn }),
    });
    const role = new IamRole(this, 'role', { name, assumeRolePolicy: trust('states', accountId) });
    const resources = taskResources(definition);
    const functions = resources.filter((resource) => !isIntegration(resource));
    const grants = new IamRolePolicy(this, 'grants', {
      name: 'grants',
      role: role.id,
      policy: policy([
        allow(['lambda:InvokeFunction'], functions),
        ...(resources.some((resource) => resource.endsWith(':::events:putEvents'))
          ? [allow(['events:PutEvents'], [busArn])]
          : []),
        // IAM defines no resource for log delivery or for X-Ray.
        allow(LOG_DELIVERY, ['*']),
        allow(TRACING, ['*']),
      ]),
    });
    this.machine = new SfnStateMachine(this, 'machine', {
      name,
      type: 'STANDARD',
      roleArn: role.arn,
      definition: JSON.stringify(definition),
      // The log must not tell whose face was where.
      loggingConfiguration: { level: 'ERROR', includeExecutionData: false, logDestination: `${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
      // Step Functions checks on creation that the role may write to the log group.
      dependsOn: [grants],
    });
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

/** An integration of Step Functions with a service, such as `arn:aws:states:::events:putEvents`. */
const isIntegration = (resource: string) => /^arn:[^:]+:states:::/.test(resource);

/** The distinct resources of the Task states. */
function taskResources({ States }: Machine): string[] {
  const resources = Object.values(States).flatMap((state) => {
    if (state.Type === 'Map') return taskResources(state.ItemProcessor);
    return state.Type === 'Task' ? [state.Resource] : [];
  });
  return [...new Set(resources)];
}
