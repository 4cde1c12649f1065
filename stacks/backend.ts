import { Annotations, LocalBackend, S3Backend, type TerraformStack } from 'cdktf';
import type { Config } from '../schemas/config.ts';

const NOT_SHARED =
  "Terraform's state will be a file in this folder: nobody else can change the deployment, and a second person who " +
  'deploys collides with it. To share it: npm run rollcall -- bootstrap';

/** Terraform's state: a file beside cdktf.json, or an object in a bucket. */
export function configureBackend(stack: TerraformStack, config: Config): void {
  const { stateBucket, stateRegion, region, endpointUrl } = config;
  if (stateBucket === undefined) {
    // Relative to cdktf.out/stacks/<stack>, where Terraform runs. An absolute path would differ between machines.
    if (!config.disposable) Annotations.of(stack).addWarning(NOT_SHARED);
    new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
    return;
  }
  const backend = new S3Backend(stack, {
    bucket: stateBucket,
    key: `${stack.node.id}.tfstate`,
    region: stateRegion ?? region,
    encrypt: true,
  });
  // Terraform 1.10 and later lock with an object beside the state. cdktf has no property for it.
  backend.addOverride('use_lockfile', true);
  if (endpointUrl !== undefined) backend.addOverride('endpoints', { s3: endpointUrl, sts: endpointUrl });
  if (config.s3UsePathStyle) backend.addOverride('use_path_style', true);
}
