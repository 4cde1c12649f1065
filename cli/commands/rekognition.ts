import { Command } from 'commander';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { REKOGNITION_FILE } from '../../client/deployment/endpoint-file.ts';
import { messageOf } from '../../client/failure.ts';
import type { Terminal } from '../terminal.ts';
import { portOf } from './options.ts';

interface Options {
  readonly port: number;
  readonly data: string;
  readonly open?: boolean;
}

export const rekognitionCommand = (terminal: Terminal) =>
  new Command('rekognition')
    .summary('serve the face engine alone, with the wire protocol of Rekognition')
    .description(
      'Serves Rekognition on loopback until Ctrl-C. Any AWS SDK finds it by the variables that rollcall env prints;\n' +
        'pictures named by S3Object are read through AWS_ENDPOINT_URL_S3.',
    )
    .option('--port <number>', 'where to listen; 0 takes a free port', portOf, 4578)
    .option('--data <dir>', 'where collections are kept', '.rollcall/rekognition')
    .option('--open', 'accept any credentials, from every program and user of this machine')
    .addHelpText(
      'after',
      '\nExample:\n  rollcall rekognition &\n  eval "$(rollcall env --data .rollcall/rekognition)" && aws rekognition list-collections',
    )
    .action((options: Options) => serve(terminal, options));

async function serve(terminal: Terminal, { port, data, open = false }: Options): Promise<void> {
  // Loaded on demand: other commands do not need the face library.
  const { credentialsOf, newKey } = await import('../../local/access-key.ts');
  const { explainStart, openDataFolder, writePrivately } = await import('../../local/data-folder.ts');
  const { listen } = await import('../../local/http.ts');
  const { s3Reader, startRekognition } = await import('../../local/rekognition/server.ts');
  const { openStore } = await import('../../local/store.ts');
  const store = await openDataFolder(data)
    .then(() => openStore(join(data, 'state')))
    .catch((error: unknown) => {
      throw explainStart(error, data);
    });
  const key = open ? undefined : newKey();
  const file = join(data, REKOGNITION_FILE);
  const report = (error: unknown) => terminal.note(messageOf(error));
  const rekognition = await startRekognition({ store, readObject: s3Reader(), report });
  try {
    const server = await listen(rekognition.handler, { port, ...(key !== undefined && { key }) });
    const credentials = credentialsOf('rollcall', key);
    await writePrivately(file, { url: server.url, region: 'us-east-1', credentials, pid: process.pid });
    terminal.print(welcome(server.url, data, open));
    if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
    await server.close();
  } finally {
    await rm(file, { force: true });
    await rekognition.close();
    await store.close();
  }
}

const welcome = (url: string, data: string, open: boolean) =>
  [
    `Rekognition listens on ${url} and keeps its collections in ${data}.`,
    open
      ? 'Any credentials will do, and every program and user of this machine may use it.'
      : `It asks for the access key that this prints: rollcall env --data ${data}`,
    'Ctrl-C stops it.',
  ].join('\n');
