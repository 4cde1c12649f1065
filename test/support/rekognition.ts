import type { RequestListener } from 'node:http';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { awsJson, ServiceError, type Operation } from '../../local/aws-json.ts';
import { clientConfig } from '../../local/clients.ts';
import { listen } from '../../local/http.ts';
import { REGION } from './task-services.ts';

/** An operation's answers in order, the last of them for good; a ServiceError is answered as that error. */
export type Script = Readonly<Record<string, readonly unknown[]>>;

export interface Scripted {
  readonly rekognition: RekognitionClient;
  /** Every call, as it arrived. */
  readonly calls: readonly { readonly operation: string; readonly input: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** Speaks Rekognition's protocol on loopback and answers as told: for errors and answers that no picture brings about. */
export async function aRekognition(script: Script): Promise<Scripted> {
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const operations = Object.fromEntries(
    Object.entries(script).map(([operation, answers]): [string, Operation] => {
      const rest = [...answers];
      const answer: Operation = async (input) => {
        calls.push({ operation, input });
        const next = rest.length > 1 ? rest.shift() : rest[0];
        if (next instanceof ServiceError) throw next;
        return next;
      };
      return [operation, answer];
    }),
  );
  const server = await listen(awsJson({ version: '1.1', operations }));
  return { rekognition: aClient(server.url), calls, close: () => server.close() };
}

/** Cuts every connection before it answers. */
export async function aBrokenLine(): Promise<Pick<Scripted, 'rekognition' | 'close'>> {
  const server = await listen((request) => void request.socket.destroy());
  return { rekognition: aClient(server.url), close: () => server.close() };
}

/** A server of which every call is counted by operation. */
export async function counting(handler: RequestListener) {
  const counts: Record<string, number> = {};
  const server = await listen((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1)!;
    counts[operation] = (counts[operation] ?? 0) + 1;
    handler(request, response);
  });
  return { rekognition: aClient(server.url), counts, close: () => server.close() };
}

const aClient = (url: string) => new RekognitionClient({ ...clientConfig({ url, region: REGION }), maxAttempts: 1 });
