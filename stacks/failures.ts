import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import type { DeadLetters } from './dead-letters.ts';

export interface FailuresProps {
  readonly name: string;
  readonly machineArns: readonly string[];
  readonly recordFailure: LambdaFunction;
  readonly deadLetters: DeadLetters;
}

/** Records failed executions from outside, because a failure that the machine itself caught could not be redriven. */
export class Failures extends Construct {
  constructor(scope: Construct, { name, machineArns, recordFailure, deadLetters }: FailuresProps) {
    super(scope, 'failures');
    const rule = new CloudwatchEventRule(this, 'rule', {
      name,
      eventPattern: JSON.stringify({
        source: ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: machineArns, status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      }),
    });
    const permission = new LambdaPermission(this, 'permission', {
      statementId: 'FromItsRule',
      functionName: recordFailure.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    // EventBridge invokes the function asynchronously. If the function fails, Lambda sends the event to the same queue.
    new LambdaFunctionEventInvokeConfig(this, 'unrecorded', {
      functionName: recordFailure.functionName,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: deadLetters.queue.arn } },
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'record-failure',
      arn: recordFailure.arn,
      ...deadLetters.deliveryOf(rule),
      dependsOn: [permission],
    });
  }
}
