import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen, type Listening } from '../../local/http.ts';
import { sendRaw, signedBy } from '../support/raw-request.ts';

const KEY = 'c0ffee';
let closed: Listening;
let open: Listening;
beforeAll(async () => {
  closed = await listen((_, response) => void response.end('in'), { key: KEY });
  open = await listen((_, response) => void response.end('in'));
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

/** PORT stands for the server's port. */
async function knock(server: Listening, headers: Record<string, string>, path = '/'): Promise<string> {
  const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', String(server.port))]);
  const { status, body } = await sendRaw(server.url, { path, headers: Object.fromEntries(filled) });
  return status === 200 ? body : `${status} ${/<Code>(\w+)/.exec(body)?.[1]}`;
}

test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LocalHost:PORT', '[::1]:PORT', 'photos.localhost:PORT'])(
  'Host %s is let in',
  async (host) => expect(await knock(open, { host })).toBe('in'),
);

test.each([
  'evil.example',
  'evil.example:PORT',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.0.0.1.evil.example:PORT',
  'localhost.evil.example:PORT',
  'evillocalhost:PORT',
  'evil.example/.localhost:PORT',
  '0.0.0.0:PORT',
])('Host "%s" is refused, even with the key', async (host) => {
  expect(await knock(open, { host })).toBe('403 AccessDenied');
  expect(await knock(closed, { host, authorization: signedBy(`me_${KEY}`) })).toBe('403 AccessDenied');
});

test.each([
  { origin: 'http://evil.example' },
  { origin: 'null' },
  { origin: 'https://127.0.0.1:PORT' },
  { origin: 'http://localhost:3000' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
])('%j is refused, even with the key', async (headers: Record<string, string>) => {
  expect(await knock(open, headers)).toBe('403 AccessDenied');
  expect(await knock(closed, { ...headers, authorization: signedBy(`me_${KEY}`) })).toBe('403 AccessDenied');
});

test('a page of this very address and an address that the user typed are let in', async () => {
  const own = { host: 'localhost:PORT', origin: 'http://localhost:PORT', 'sec-fetch-site': 'same-origin' };
  expect([await knock(open, own), await knock(open, { 'sec-fetch-site': 'none' })]).toStrictEqual(['in', 'in']);
});

test.each([
  ['no signature', {}, '/'],
  ['another key', { authorization: signedBy('me_c0ffef') }, '/'],
  ['the beginning of the key', { authorization: signedBy('me_c0ffe') }, '/'],
  ['no caller and no key', { authorization: signedBy('_') }, '/'],
  ['an access key of AWS', { authorization: signedBy('AKIAIOSFODNN7EXAMPLE') }, '/'],
  ['the key as another header', { 'x-amz-security-token': KEY }, '/'],
  ['another key in a presigned URL', {}, '/?X-Amz-Credential=me_1%2F20260301%2Fus-east-1%2Fs3%2Faws4_request'],
])('%s is refused', async (_, headers, path) => {
  expect(await knock(closed, headers, path)).toBe('403 InvalidAccessKeyId');
});

test('the key is let in, in the Authorization header and in a presigned URL', async () => {
  const presigned = `/?X-Amz-Credential=a_b_${KEY}%2F20260301%2Fus-east-1%2Fs3%2Faws4_request`;
  const answers = [await knock(closed, { authorization: signedBy(`a_b_${KEY}`) }), await knock(closed, {}, presigned)];
  expect(answers).toStrictEqual(['in', 'in']);
});

test('each protocol gets the refusal as an error that its SDK understands', async () => {
  const message = "The access key is not that of this account's present start. rollcall env prints it.";
  const json = JSON.stringify({ __type: 'UnrecognizedClientException', message });
  const xml = `<Error><Code>InvalidAccessKeyId</Code><Message>${message}</Message></Error>`;
  const headers = { 'x-amz-target': 'RekognitionService.ListCollections' };
  const answers = [
    await sendRaw(closed.url, { method: 'POST', headers, body: '{}' }),
    await sendRaw(closed.url, { path: '/2015-03-31/functions/f/configuration' }),
    await sendRaw(closed.url, { path: '/bucket/key' }),
  ];
  expect(answers).toStrictEqual([
    { status: 403, body: json },
    { status: 403, body: json },
    { status: 403, body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}` },
  ]);
});
