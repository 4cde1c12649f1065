import { SFNClient } from '@aws-sdk/client-sfn';
import { awsJson, type Operation } from '../../local/aws-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { listen } from '../../local/http.ts';
import { REGION } from './task-services.ts';

/** Step Functions on loopback with these operations alone: for answers that the embedded account does not give. */
export async function aScriptedStepFunctions(operations: Readonly<Record<string, Operation>>) {
  const server = await listen(awsJson({ version: '1.0', operations }));
  const sfn = new SFNClient({ ...clientConfig({ url: server.url, region: REGION }), maxAttempts: 1 });
  return { sfn, close: () => server.close() };
}
