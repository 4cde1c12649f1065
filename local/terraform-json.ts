import { z } from 'zod';

/** The account and region that a stack is applied to. */
export interface AccountRegion {
  readonly accountId: string;
  readonly region: string;
  /** What precedes a queue's name in its URL. */
  readonly queueBaseUrl: string;
}

const Blocks = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
type Block = Readonly<Record<string, unknown>>;

/** The part of Terraform's JSON syntax that cdktf writes. */
export const TerraformJson = z.strictObject({
  '//': z.unknown().optional(),
  terraform: z.unknown().optional(),
  provider: z.object({ aws: z.tuple([z.looseObject({ region: z.string() })]) }),
  data: Blocks.default({}),
  resource: Blocks.default({}),
  output: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});
export type TerraformJson = z.infer<typeof TerraformJson>;

/** Reads an attribute that the configuration sets. */
type GetConfigured = (attribute: string) => string;
type ComputedAttributes = Readonly<Record<string, (get: GetConfigured, account: AccountRegion) => string>>;

const arn = (service: string, { region, accountId }: AccountRegion, rest: string) =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

/** Attributes that AWS computes: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const COMPUTED: Readonly<Record<string, ComputedAttributes>> = {
  aws_s3_bucket: {
    id: (get) => get('bucket'),
    arn: (get) => `arn:aws:s3:::${get('bucket')}`,
    bucket_regional_domain_name: (get, { region }) => `${get('bucket')}.s3.${region}.amazonaws.com`,
  },
  aws_dynamodb_table: {
    id: (get) => get('name'),
    arn: (get, account) => arn('dynamodb', account, `table/${get('name')}`),
  },
  aws_rekognition_collection: {
    id: (get) => get('collection_id'),
    arn: (get, account) => arn('rekognition', account, `collection/${get('collection_id')}`),
  },
  aws_lambda_function: { arn: (get, account) => arn('lambda', account, `function:${get('function_name')}`) },
  aws_sfn_state_machine: { arn: (get, account) => arn('states', account, `stateMachine:${get('name')}`) },
  aws_cloudwatch_event_rule: { arn: (get, account) => arn('events', account, `rule/${get('name')}`) },
  aws_sqs_queue: {
    url: (get, account) => `${account.queueBaseUrl}/${get('name')}`,
    id: (get, account) => `${account.queueBaseUrl}/${get('name')}`,
    arn: (get, account) => arn('sqs', account, get('name')),
  },
  aws_sns_topic: { arn: (get, account) => arn('sns', account, get('name')) },
  aws_cloudwatch_log_group: { arn: (get, account) => arn('logs', account, `log-group:${get('name')}`) },
  aws_iam_role: {
    id: (get) => get('name'),
    arn: (get, { accountId }) => `arn:aws:iam::${accountId}:role/${get('name')}`,
  },
  // Ids that AWS draws.
  aws_apigatewayv2_api: {
    id: () => 'api1',
    api_endpoint: (_, { region }) => `https://api1.execute-api.${region}.amazonaws.com`,
    execution_arn: (_, account) => arn('execute-api', account, 'api1'),
  },
  aws_apigatewayv2_authorizer: { id: () => 'authorizer1' },
  aws_apigatewayv2_integration: { id: () => 'integration1' },
  aws_cloudfront_distribution: {
    arn: (_, { accountId }) => `arn:aws:cloudfront::${accountId}:distribution/DISTRIBUTION1`,
    domain_name: () => 'd1.cloudfront.net',
  },
  aws_cloudfront_function: { arn: (get, { accountId }) => `arn:aws:cloudfront::${accountId}:function/${get('name')}` },
  aws_cloudfront_origin_access_control: { id: () => 'access1' },
  aws_cloudfront_response_headers_policy: { id: () => 'headers1' },
  aws_cognito_user_pool: {
    id: (_, { region }) => `${region}_pool1`,
    endpoint: (_, { region }) => `cognito-idp.${region}.amazonaws.com/${region}_pool1`,
  },
  aws_cognito_user_pool_client: { id: () => 'client1' },
  'data.aws_caller_identity': { account_id: (_, { accountId }) => accountId },
  'data.aws_partition': { partition: () => 'aws' },
};

/** Resolves the references from one block of the configuration to another. */
export class References {
  readonly #json: TerraformJson;
  readonly #account: AccountRegion;

  constructor(json: TerraformJson, account: AccountRegion) {
    this.#json = json;
    this.#account = account;
  }

  /** The value with every `${…}` in its strings replaced, including those inside JSON in a string. */
  resolve<Value>(value: Value): Value {
    return this.#deep(value) as Value;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string')
      return value.replaceAll(/\$\{([^}]*)\}/g, (_, expression: string) => this.#read(expression));
    if (Array.isArray(value)) return value.map((one) => this.#deep(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#deep(one)]));
  }

  #read(expression: string): string {
    const parts = expression.split('.');
    const isData = parts[0] === 'data';
    const [type = '', name = '', attribute = '', ...rest] = isData ? parts.slice(1) : parts;
    const block = (isData ? this.#json.data : this.#json.resource)[type]?.[name];
    const value =
      block && rest.length === 0 ? this.#attribute(isData ? `data.${type}` : type, block, attribute) : undefined;
    if (value === undefined) throw new Error(`The reference \${${expression}} cannot be resolved locally.`);
    return value;
  }

  #attribute(type: string, block: Block, attribute: string): string | undefined {
    const get = (name: string) => {
      const value = block[name];
      if (typeof value !== 'string') throw new Error(`A resource of type ${type} has no ${name}.`);
      return this.resolve(value);
    };
    const computed = COMPUTED[type]?.[attribute];
    if (computed) return computed(get, this.#account);
    return typeof block[attribute] === 'string' ? get(attribute) : undefined;
  }
}
