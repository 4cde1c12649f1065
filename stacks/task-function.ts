import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import type { FunctionName } from './bundles/bundle.ts';
import type { CodePath } from './bundles/place.ts';
import type { NameOf } from './names.ts';
import { allow, policy, trust, type Statement } from './policy.ts';

export interface TaskFunctionProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
  readonly code: CodePath;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly grants: readonly Statement[];
}

export const logGroupOf = (nameOf: NameOf, name: FunctionName) => `/aws/lambda/${nameOf(`rollcall-${name}`)}`;

/** A task, or the dashboard's API, as a Lambda function, with a log group and a role of its own. */
export class TaskFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logs: CloudwatchLogGroup;

  constructor(scope: Construct, task: FunctionName, props: TaskFunctionProps) {
    super(scope, task);
    const { config } = props;
    const name = props.nameOf(`rollcall-${task}`);
    this.logs = new CloudwatchLogGroup(this, 'logs', {
      name: logGroupOf(props.nameOf, task),
      retentionInDays: config.logRetentionDays,
      ...(config.kmsKeyArn === undefined ? {} : { kmsKeyId: config.kmsKeyArn }),
    });
    const role = new IamRole(this, 'role', { name, assumeRolePolicy: trust('lambda', props.accountId) });
    const grants = new IamRolePolicy(this, 'grants', {
      name: 'grants',
      role: role.id,
      policy: policy(statements(props, this.logs.arn)),
    });
    this.function = new LambdaFunction(this, 'function', {
      functionName: name,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: [config.architecture],
      handler: 'index.handler',
      filename: props.code,
      sourceCodeHash: `\${filebase64sha256("${props.code}")}`,
      memorySize: props.memoryMb,
      timeout: props.timeoutSeconds,
      environment: { variables: { ...common(props), ...props.variables } },
      tracingConfig: { mode: 'Active' },
      ...(config.kmsKeyArn === undefined ? {} : { kmsKeyArn: config.kmsKeyArn }),
      // The grants must exist before the first invocation. Without a log group of this name, Lambda creates
      // one that never expires.
      dependsOn: [grants, this.logs],
    });
  }
}

function statements(props: TaskFunctionProps, logGroupArn: string): Statement[] {
  const { config, grants } = props;
  return [
    ...grants,
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${logGroupArn}:*`]),
    // X-Ray's write actions support no resource.
    allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
    ...(config.kmsKeyArn === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [config.kmsKeyArn])]),
  ];
}

const common = ({ config, nameOf }: TaskFunctionProps) => ({
  NODE_OPTIONS: '--enable-source-maps',
  POWERTOOLS_LOG_LEVEL: config.logLevel,
  POWERTOOLS_METRICS_NAMESPACE: 'Rollcall',
  // Also the dimension of every metric: it separates environments.
  POWERTOOLS_SERVICE_NAME: nameOf('rollcall'),
  ROLLCALL_ENVIRONMENT: config.environment,
});
