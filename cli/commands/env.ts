import { Command } from 'commander';
import { readAccount, readRekognition } from '../../client/deployment/endpoint-file.ts';
import { nothingRuns } from '../../client/deployment/target.ts';
import type { Terminal } from '../terminal.ts';
import { dataOption } from './options.ts';

export const envCommand = (terminal: Terminal) =>
  new Command('env')
    .summary('print the variables that point the AWS CLI and SDKs at the running account')
    .description(
      'Prints shell commands that set the endpoint, region and access key of the account that runs on this data\n' +
        'folder, or of rollcall rekognition. The access key changes at each start; whoever has it may do everything.',
    )
    .addOption(dataOption())
    .addHelpText('after', '\nExample:\n  rollcall env\n  eval "$(npm run -s rollcall -- env)" && aws s3 ls')
    .action(async ({ data }: { data: string }) => {
      const account = await readAccount(data);
      const found = account ?? (await readRekognition(data));
      if (!found) throw nothingRuns(data);
      const { url, region, credentials } = found;
      const variables = {
        [account ? 'AWS_ENDPOINT_URL' : 'AWS_ENDPOINT_URL_REKOGNITION']: url,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: region,
      };
      for (const [name, value] of Object.entries(variables)) terminal.print(`export ${name}=${value}`);
    });
