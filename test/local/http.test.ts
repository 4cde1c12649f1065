import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { awsJson } from '../../local/aws-json.ts';
import { listen, type Listening } from '../../local/http.ts';
import { sendRaw } from '../support/raw-request.ts';

let server: Listening;
const MB = 2 ** 20;

beforeAll(async () => {
  server = await listen(awsJson({ version: '1.1', operations: { Size: async (input) => input } }));
});
afterAll(() => server.close());

const headers = { 'x-amz-target': 'Test.Size' };
const padded = (bytes: number) => `{}${' '.repeat(bytes - 2)}`;
const TOO_LARGE = {
  status: 413,
  body: '{"__type":"RequestEntityTooLargeException","message":"A request must have at most 16777216 bytes."}',
};

test('a body of 16 MB is read', async () => {
  expect(await sendRaw(server.url, { method: 'POST', headers, body: padded(16 * MB) })).toStrictEqual({
    status: 200,
    body: '{}',
  });
});

test('a body that says it is larger is refused before it is read', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.write(
    `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Amz-Target: Test.Size\r\nContent-Length: 314572800\r\n\r\n{`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString().split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
});

test('a body that does not say its size is refused once it is larger', async () => {
  const chunked = { ...headers, 'transfer-encoding': 'chunked' };
  expect(await sendRaw(server.url, { method: 'POST', headers: chunked, body: padded(40 * MB) })).toStrictEqual(
    TOO_LARGE,
  );
});

test('256 MB of unfinished bodies make the next one wait with a status that SDKs retry, until they are gone', async () => {
  const size = 16 * MB;
  const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Amz-Target: Test.Size\r\nContent-Length: ${size}\r\n\r\n`;
  const unfinished = new Set<Socket>();
  let filling = true;
  const send = () => {
    const socket = connect(server.port, '127.0.0.1');
    unfinished.add(socket);
    socket.on('error', () => {});
    // A probe that comes in between can have one of them refused: it is sent again.
    socket.once('close', () => {
      unfinished.delete(socket);
      if (filling) send();
    });
    socket.write(head);
    socket.write(Buffer.alloc(size - 1, ' '));
  };
  for (let n = 0; n < 16; n += 1) send();
  const probe = async () => (await sendRaw(server.url, { method: 'POST', headers, body: padded(MB / 16) })).status;
  const until = async (status: number) => {
    for (let tries = 0; tries < 500; tries += 1) {
      if ((await probe()) === status) return true;
      await sleep(20);
    }
    return false;
  };
  expect(await until(503)).toBe(true);
  filling = false;
  for (const socket of unfinished) socket.destroy();
  expect(await until(200)).toBe(true);
});

test('headers of more than 16 KB are refused', async () => {
  expect((await sendRaw(server.url, { headers: { 'x-large': 'x'.repeat(17_000) } })).status).toBe(431);
});
