import { Apigatewayv2Api } from '@cdktf/provider-aws/lib/apigatewayv2-api/index.js';
import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer/index.js';
import { Apigatewayv2Integration } from '@cdktf/provider-aws/lib/apigatewayv2-integration/index.js';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route/index.js';
import { Apigatewayv2Stage } from '@cdktf/provider-aws/lib/apigatewayv2-stage/index.js';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';

/** What is logged of a request: no address of a photo, no name, no token. */
const LOGGED = {
  request: '$context.requestId',
  time: '$context.requestTime',
  method: '$context.httpMethod',
  status: '$context.status',
  user: '$context.authorizer.claims.sub',
  refused: '$context.authorizer.error',
  failed: '$context.integrationErrorMessage',
  duration_ms: '$context.responseLatency',
};

/** Requests a second, and at once, for all users together. A page of pictures is not asked for here. */
const RATE = { throttlingRateLimit: 100, throttlingBurstLimit: 200 };

/** The API for whoever has a token of the user pool. */
export class HttpApi extends Construct {
  readonly api: Apigatewayv2Api;
  readonly #function: LambdaFunction;

  constructor(scope: Construct, name: string, config: Config, answering: LambdaFunction) {
    super(scope, 'http-api');
    this.#function = answering;
    this.api = new Apigatewayv2Api(this, 'api', { name, protocolType: 'HTTP' });
    const logs = new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/vendedlogs/http-api/${name}`,
      retentionInDays: config.logRetentionDays,
      ...(config.kmsKeyArn === undefined ? {} : { kmsKeyId: config.kmsKeyArn }),
    });
    new Apigatewayv2Stage(this, 'stage', {
      apiId: this.api.id,
      name: '$default',
      autoDeploy: true,
      defaultRouteSettings: RATE,
      accessLogSettings: { destinationArn: logs.arn, format: JSON.stringify(LOGGED) },
    });
    new LambdaPermission(this, 'permission', {
      statementId: 'FromItsApi',
      functionName: answering.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${this.api.executionArn}/*`,
    });
  }

  /** Lets pass who has an access token that this issuer gave to this client. There is no other route. */
  addRoute(issuer: string, clientId: string): void {
    const apiId = this.api.id;
    const authorizer = new Apigatewayv2Authorizer(this, 'authorizer', {
      apiId,
      name: 'user-pool',
      authorizerType: 'JWT',
      identitySources: ['$request.header.Authorization'],
      jwtConfiguration: { issuer, audience: [clientId] },
    });
    const integration = new Apigatewayv2Integration(this, 'integration', {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: this.#function.arn,
      payloadFormatVersion: '2.0',
      timeoutMilliseconds: 30_000,
    });
    new Apigatewayv2Route(this, 'route', {
      apiId,
      routeKey: 'ANY /api/{proxy+}',
      target: `integrations/${integration.id}`,
      authorizationType: 'JWT',
      authorizerId: authorizer.id,
      // Only an access token has scopes: an identity token is refused.
      authorizationScopes: ['openid'],
    });
  }
}
