import { TerraformOutput, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Deployment } from '../schemas/deployment.ts';

/** Adds the deployment as Terraform outputs, together with links into the AWS console. */
export function addOutputs(scope: Construct, deployment: Deployment): void {
  // A scope of their own, because an output and a resource may share a name.
  const own = new Construct(scope, 'outputs');
  for (const [name, value] of Object.entries({ ...deployment, console: consoleLinks(deployment) })) {
    // Wrapped in a token, because cdktf would inspect a plain object with a deprecated function of Node.
    new TerraformOutput(own, name, { value: Token.asAny(value) }).overrideLogicalId(name);
  }
}

function consoleLinks(of: Deployment): Record<string, string> {
  const console = (service: string) => `https://${of.region}.console.aws.amazon.com/${service}`;
  const at = `?region=${of.region}`;
  const machine = (arn: string) => `${console('states')}/home${at}#/statemachines/view/${arn}`;
  const table = (name: string) => `${console('dynamodbv2')}/home${at}#item-explorer?table=${name}`;
  return {
    ...Object.fromEntries(Object.entries(of.machines).map(([name, arn]) => [name, machine(arn)])),
    bucket: `${console('s3')}/buckets/${of.bucket}${at}`,
    results_table: table(of.results_table),
    people_table: table(of.people_table),
    decisions_table: table(of.decisions_table),
    collection: `${console('rekognition')}/home${at}#/`,
    dashboard: `${console('cloudwatch')}/home${at}#dashboards:name=${of.dashboard}`,
  };
}
