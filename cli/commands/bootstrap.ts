import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Command } from 'commander';
import { readdir } from 'node:fs/promises';
import {
  createStateBucket,
  OLD_STATES_DAYS,
  protectStateBucket,
  stateBucketName,
  type StateBucket,
} from '../../client/deployment/state-bucket.ts';
import settings from '../../rollcall.config.ts';
import { readConfig, type Config } from '../../schemas/config.ts';
import type { Terminal } from '../terminal.ts';

export const bootstrapCommand = (terminal: Terminal) =>
  new Command('bootstrap')
    .summary('make the bucket in AWS that keeps the state of deployments')
    .description(
      "Makes a bucket for Terraform's state in the account of your AWS credentials, so that several people can deploy " +
        'and never at the same time. Once for each account. Run again, it puts its settings right. It prints the ' +
        'lines for rollcall.config.ts that make every deployment use the bucket.',
    )
    .addHelpText('after', '\nExample:\n  rollcall bootstrap')
    .action(async () => {
      const config = readConfig(settings, process.env);
      const bucket = await chooseBucket(config);
      const { endpointUrl } = config;
      const s3 = new S3Client({
        region: bucket.region,
        forcePathStyle: config.s3UsePathStyle,
        ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
      });
      terminal.note(`Bucket ${bucket.name} in ${bucket.region}: ${await createStateBucket(s3, bucket)}.`);
      await protectStateBucket(s3, bucket);
      terminal.note(
        `It is private and encrypted${bucket.tlsOnly ? ', takes only TLS,' : ''} and keeps replaced states for ` +
          `${OLD_STATES_DAYS} days. A deployment locks its state.`,
      );
      await sayHowToUseIt(config, bucket, terminal);
    });

async function chooseBucket({ region, stateBucket, stateRegion, endpointUrl }: Config): Promise<StateBucket> {
  const sts = new STSClient({ region, ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }) });
  const { Account: accountId = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const its = stateRegion ?? region;
  return {
    name: stateBucket ?? stateBucketName(accountId, its),
    region: its,
    accountId,
    partition: Arn.split(':')[1] ?? 'aws',
    tlsOnly: endpointUrl?.startsWith('http:') !== true,
  };
}

async function sayHowToUseIt(config: Config, { name, region }: StateBucket, terminal: Terminal): Promise<void> {
  if (config.stateBucket === name) {
    terminal.note('The settings name it already: npm run deploy keeps the state there.');
    return;
  }
  terminal.note('Add these two lines to the settings in rollcall.config.ts, and commit it:');
  terminal.print(`  stateBucket: '${name}',\n  stateRegion: '${region}',`);
  const states = (await readdir('.')).filter((file) => /^terraform\..*\.tfstate$/.test(file));
  if (states.length === 0) return;
  terminal.note(
    `Then deploy once with --migrate-state, to move the state that is in ${states.join(', ')}:\n` +
      '  npx cdktf deploy --migrate-state --outputs-file cdktf.out/outputs.json',
  );
}
