import { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { RequestListener } from 'node:http';
import { awsJson, ServiceError, type Operation } from '../../local/aws-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { listen } from '../../local/http.ts';
import { REGION } from './task-services.ts';

/** Each operation's answers in order. The last one is repeated. A ServiceError is sent as that error. */
export type Script = Readonly<Record<string, readonly unknown[]>>;

export interface ScriptedRekognition {
  readonly rekognition: RekognitionClient;
  /** Every call, as it arrived. */
  readonly calls: readonly { readonly operation: string; readonly input: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** Answers as the script says, in Rekognition's protocol on loopback: for answers that no picture leads to. */
export async function aScriptedRekognition(script: Script): Promise<ScriptedRekognition> {
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const operations = Object.fromEntries(
    Object.entries(script).map(([operation, answers]): [string, Operation] => {
      const remaining = [...answers];
      const answer: Operation = async (input) => {
        calls.push({ operation, input });
        const next = remaining.length > 1 ? remaining.shift() : remaining[0];
        if (next instanceof ServiceError) throw next;
        return next;
      };
      return [operation, answer];
    }),
  );
  const server = await listen(awsJson({ version: '1.1', operations }));
  return { rekognition: createClient(server.url), calls, close: () => server.close() };
}

/** Breaks every connection before it answers. */
export async function aBrokenConnection(): Promise<Pick<ScriptedRekognition, 'rekognition' | 'close'>> {
  const server = await listen((request) => void request.socket.destroy());
  return { rekognition: createClient(server.url), close: () => server.close() };
}

/** Serves the handler and counts the calls of each operation. */
export async function countCalls(handler: RequestListener) {
  const counts: Record<string, number> = {};
  const server = await listen((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1)!;
    counts[operation] = (counts[operation] ?? 0) + 1;
    handler(request, response);
  });
  return { rekognition: createClient(server.url), counts, close: () => server.close() };
}

const createClient = (url: string) =>
  new RekognitionClient({ ...clientConfig({ url, region: REGION }), maxAttempts: 1 });
