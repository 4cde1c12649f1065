// A process to be killed: runs the service over a folder, says when everything has ended, and then ends itself.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLambda } from '../../../local/lambda/lambda.ts';
import { startStepFunctions } from '../../../local/step-functions/step-functions.ts';
import { openStore } from '../../../local/store.ts';
import { accountId, aFunction, region } from '../lambda/bundles.ts';
import { machines, type Order } from './killable-machines.ts';

const { folder, start, input } = JSON.parse(process.argv[2] ?? '') as Order;

const code = `
  import { appendFileSync, existsSync } from 'node:fs';
  export const handler = async ({ state, key }) => {
    appendFileSync(${JSON.stringify(join(folder, 'calls'))}, state + ' ' + key + '\\n');
    await new Promise((resolve) => setTimeout(resolve, 2));
    while (existsSync(${JSON.stringify(folder)} + '/hang-' + state)) await new Promise((resolve) => setTimeout(resolve, 5));
    return state + ' ' + key;
  };`;
const work = await aFunction(folder, 'work', code);
const store = await openStore(join(folder, 'store'));
const lambda = startLambda({ functions: [work], baseEnv: {} });
const service = await startStepFunctions({
  store,
  region,
  accountId,
  invoke: (name, payload) => lambda.invoke(name, payload),
  integrations: { putEvents: async () => ({ Entries: [] }) },
  onStatusChange: async ({ detail }) =>
    appendFileSync(join(folder, 'statuses'), `${detail['name']} ${detail['status']}\n`),
});
await service.setStateMachines(machines);
for (const name of start) {
  await service.startExecution({ stateMachineArn: machines[0].arn, name, input: JSON.stringify(input) });
}
process.stdout.write('started\n');
await service.idle();
await service.close();
await lambda.close();
await store.close();
process.stdout.write('done\n');
