import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';

/** Invokes a function on a schedule. It has no dead-letter queue, because the next run makes up for a missed one. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, name: string, expression: string, target: LambdaFunction) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, 'rule', { name, scheduleExpression: expression });
    const permission = new LambdaPermission(this, 'permission', {
      statementId: 'FromItsSchedule',
      functionName: target.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, 'target', {
      rule: rule.name,
      targetId: 'function',
      arn: target.arn,
      retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      dependsOn: [permission],
    });
  }
}
