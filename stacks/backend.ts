import { LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Config } from '../schemas/config.ts';

/** Terraform's state: a file beside cdktf.json, or an object in a bucket. */
export function configureBackend(stack: TerraformStack, config: Config): void {
  const { stateBucket, stateRegion, region, endpointUrl } = config;
  if (stateBucket === undefined) {
    // Relative to cdktf.out/stacks/<stack>, where Terraform runs. An absolute path would differ between machines.
    new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
    return;
  }
  const backend = new S3Backend(stack, {
    bucket: stateBucket,
    key: `${stack.node.id}.tfstate`,
    region: stateRegion ?? region,
    encrypt: true,
  });
  backend.addOverride('use_lockfile', true);
  if (endpointUrl !== undefined) backend.addOverride('endpoints', { s3: endpointUrl, sts: endpointUrl });
  if (config.s3UsePathStyle) backend.addOverride('use_path_style', true);
}
