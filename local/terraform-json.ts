import { z } from 'zod';

/** The account that a stack is applied to. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  /** What goes before the name of a queue in its address. */
  readonly queueBaseUrl: string;
}

const Blocks = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
type Block = Readonly<Record<string, unknown>>;

/** As much of Terraform's JSON syntax as cdktf writes. */
export const TerraformJson = z.object({
  provider: z.object({ aws: z.tuple([z.looseObject({ region: z.string() })]) }),
  data: Blocks.default({}),
  resource: Blocks.default({}),
  output: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
});
export type TerraformJson = z.infer<typeof TerraformJson>;

/** Gives an attribute that the configuration sets. */
type Known = (attribute: string) => string;
type Computed = Readonly<Record<string, (known: Known, place: Place) => string>>;

const arn = (service: string, { region, accountId }: Place, rest: string) =>
  `arn:aws:${service}:${region}:${accountId}:${rest}`;

/** What AWS makes of what was asked for: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const COMPUTED: Readonly<Record<string, Computed>> = {
  aws_s3_bucket: {
    id: (known) => known('bucket'),
    arn: (known) => `arn:aws:s3:::${known('bucket')}`,
  },
  aws_dynamodb_table: {
    id: (known) => known('name'),
    arn: (known, place) => arn('dynamodb', place, `table/${known('name')}`),
  },
  aws_rekognition_collection: {
    id: (known) => known('collection_id'),
    arn: (known, place) => arn('rekognition', place, `collection/${known('collection_id')}`),
  },
  aws_lambda_function: { arn: (known, place) => arn('lambda', place, `function:${known('function_name')}`) },
  aws_sfn_state_machine: { arn: (known, place) => arn('states', place, `stateMachine:${known('name')}`) },
  aws_cloudwatch_event_rule: { arn: (known, place) => arn('events', place, `rule/${known('name')}`) },
  aws_sqs_queue: {
    url: (known, place) => `${place.queueBaseUrl}/${known('name')}`,
    id: (known, place) => `${place.queueBaseUrl}/${known('name')}`,
    arn: (known, place) => arn('sqs', place, known('name')),
  },
  aws_sns_topic: { arn: (known, place) => arn('sns', place, known('name')) },
  aws_cloudwatch_log_group: { arn: (known, place) => arn('logs', place, `log-group:${known('name')}`) },
  aws_iam_role: {
    id: (known) => known('name'),
    arn: (known, { accountId }) => `arn:aws:iam::${accountId}:role/${known('name')}`,
  },
  'data.aws_caller_identity': { account_id: (_, { accountId }) => accountId },
  'data.aws_partition': { partition: () => 'aws' },
};

/** Resolves what one block of the configuration says by reference to another. */
export class References {
  readonly #json: TerraformJson;
  readonly #place: Place;

  constructor(json: TerraformJson, place: Place) {
    this.#json = json;
    this.#place = place;
  }

  /** The same value with every `${…}` in its texts replaced, also within JSON in a text. */
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
    const known = (name: string) => {
      const value = block[name];
      if (typeof value !== 'string') throw new Error(`A resource of type ${type} has no ${name}.`);
      return this.resolve(value);
    };
    const computed = COMPUTED[type]?.[attribute];
    if (computed) return computed(known, this.#place);
    return typeof block[attribute] === 'string' ? known(attribute) : undefined;
  }
}
