import { Command } from 'commander';
import { once } from 'node:events';
import { join } from 'node:path';
import { messageOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { portOf } from './options.ts';

interface Options {
  readonly port: number;
  readonly data: string;
}

export const rekognitionCommand = (terminal: Terminal) =>
  new Command('rekognition')
    .summary('serve the face engine alone, with the wire protocol of Rekognition')
    .description(
      'Serves Rekognition on loopback until Ctrl-C. Point any AWS SDK at it with AWS_ENDPOINT_URL_REKOGNITION;\n' +
        'pictures named by S3Object are read through AWS_ENDPOINT_URL_S3.',
    )
    .option('--port <number>', 'where to listen; 0 takes a free port', portOf, 4578)
    .option('--data <dir>', 'where collections are kept', '.rollcall/rekognition')
    .addHelpText(
      'after',
      '\nExample:\n  rollcall rekognition --port 4578 &\n  AWS_ENDPOINT_URL_REKOGNITION=http://127.0.0.1:4578 aws rekognition list-collections',
    )
    .action((options: Options) => serve(terminal, options));

async function serve(terminal: Terminal, { port, data }: Options): Promise<void> {
  // Loaded on demand: other commands do not need the face library.
  const { listen } = await import('../../local/http.ts');
  const { s3Reader, startRekognition } = await import('../../local/rekognition/server.ts');
  const { openStore } = await import('../../local/store.ts');
  const store = await openStore(join(data, 'state'));
  const report = (error: unknown) => terminal.note(messageOf(error));
  const rekognition = await startRekognition({ store, readObject: s3Reader(), report });
  try {
    const server = await listen(rekognition.handler, port);
    terminal.print(`Rekognition listens on ${server.url} and keeps its collections in ${data}. Ctrl-C stops it.`);
    if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
    await server.close();
  } finally {
    await rekognition.close();
    await store.close();
  }
}
