import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { countBeforehand } from '../../../cli/dashboard/count-beforehand.ts';

test('asks for what is counted, one after the other, until nobody answers', async () => {
  const asked: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization} ${(open += 1)}`);
    if (request.url === '/api/statistics') {
      response.destroy();
      return;
    }
    response.on('finish', () => (open -= 1));
    setImmediate(() => response.writeHead(request.url === '/api/people' ? 500 : 200).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await countBeforehand({ url, token: 'secret' }, { first: 0, between: 0 });
  expect(asked).toEqual(
    ['/api/photos/days', '/api/people', '/api/unknown', '/api/statistics'].map((path) => `${path} Bearer secret 1`),
  );
  server.close();
  await countBeforehand({ url, token: 'secret' }, { first: 0, between: 0 });
  expect(asked).toHaveLength(4);
});
