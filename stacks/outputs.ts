import { TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';

/** What `rollcall --aws` finds a deployment by, and where a person looks at it. The names are the CLI's to rely on. */
export interface Outputs {
  readonly region: string;
  readonly environment: string;
  readonly bucket: string;
  readonly results_table: string;
  readonly people_table: string;
  readonly collection: string;
  readonly recognition_machine: string;
  readonly enrolment_machine: string;
  readonly recognition_dead_letters: string;
  readonly enrolment_dead_letters: string;
  readonly failures_dead_letters: string;
  readonly dashboard: string;
  /** The ARN of every task's function, apart by spaces. */
  readonly functions: string;
}

export function addOutputs(scope: Construct, outputs: Outputs): void {
  // A scope of their own: an output and a resource may share a name.
  const own = new Construct(scope, 'outputs');
  for (const [name, value] of Object.entries({ ...outputs, ...consoleLinks(outputs) })) {
    new TerraformOutput(own, name, { value }).overrideLogicalId(name);
  }
}

function consoleLinks(of: Outputs): Record<`${string}_console`, string> {
  const console = (service: string) => `https://${of.region}.console.aws.amazon.com/${service}`;
  const at = `?region=${of.region}`;
  const machine = (arn: string) => `${console('states')}/home${at}#/statemachines/view/${arn}`;
  const table = (name: string) => `${console('dynamodbv2')}/home${at}#item-explorer?table=${name}`;
  return {
    recognition_machine_console: machine(of.recognition_machine),
    enrolment_machine_console: machine(of.enrolment_machine),
    bucket_console: `${console('s3')}/buckets/${of.bucket}${at}`,
    results_table_console: table(of.results_table),
    people_table_console: table(of.people_table),
    collection_console: `${console('rekognition')}/home${at}#/`,
    dashboard_console: `${console('cloudwatch')}/home${at}#dashboards:name=${of.dashboard}`,
  };
}
