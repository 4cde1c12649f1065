import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listen, type Listening } from '../../../local/http.ts';
import { rollcall } from '../rollcall.ts';

const NAME = 'rollcall-state-111122223333-eu-west-1';
const IDENTITY =
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
  '<Arn>arn:aws-cn:iam::111122223333:user/one</Arn><UserId>U</UserId><Account>111122223333</Account>' +
  '</GetCallerIdentityResult></GetCallerIdentityResponse>';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly owner: unknown;
  readonly body: string;
}

let folder: string;
let server: Listening | undefined;
let calls: Call[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-bootstrap-'));
});
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

/** Runs the command with an S3 that answers a HEAD of the bucket with this status, and accepts all else. */
async function bootstrap(headStatus: number, settings: Readonly<Record<string, string>> = {}) {
  calls = [];
  const handler: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '' } = request;
      if (method === 'POST') return response.end(IDENTITY);
      calls.push({ method, path: url, owner: request.headers['x-amz-expected-bucket-owner'], body });
      return response.writeHead(method === 'HEAD' ? headStatus : 200).end();
    });
  };
  server = await listen(handler);
  return rollcall(['bootstrap'], {
    cwd: folder,
    env: {
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ROLLCALL_REGION: 'eu-west-1',
      ROLLCALL_ENDPOINT_URL: server.url,
      ROLLCALL_S3_USE_PATH_STYLE: 'true',
      ...settings,
    },
  });
}

const made = () => calls.map(({ method, path }) => `${method} ${path.replace(/^\/[^?]*/, '')}`);
const PROTECTIONS = ['publicAccessBlock', 'ownershipControls', 'versioning', 'encryption', 'lifecycle'];

test('the bucket is made in the region, with every protection, and the lines for the settings are printed', async () => {
  await writeFile(join(folder, 'terraform.rollcall.tfstate'), '{}');
  expect(await bootstrap(404)).toStrictEqual({
    code: 0,
    stdout: `  stateBucket: '${NAME}',\n  stateRegion: 'eu-west-1',\n`,
    stderr:
      `Bucket ${NAME} in eu-west-1: created.\n` +
      'It is private and encrypted and keeps replaced states for 90 days. A deployment locks its state.\n' +
      'Add these two lines to the settings in rollcall.config.ts, and commit it:\n' +
      'Then deploy once with --migrate-state, to move the state that is in terraform.rollcall.tfstate:\n' +
      '  npx cdktf deploy --migrate-state --outputs-file cdktf.out/outputs.json\n',
  });
  expect(made()).toStrictEqual(['HEAD ', 'PUT ', ...PROTECTIONS.map((what) => `PUT ?${what}=`)]);
  expect(calls[1]?.body).toContain('<LocationConstraint>eu-west-1</LocationConstraint>');
  const owners = calls.filter((call) => call !== calls[1]).map(({ owner }) => owner);
  expect(owners).toStrictEqual(owners.map(() => '111122223333'));
});

test('run again, it puts the settings right and says that the bucket is in use', async () => {
  expect(await bootstrap(200, { ROLLCALL_STATE_BUCKET: NAME })).toStrictEqual({
    code: 0,
    stdout: '',
    stderr:
      `Bucket ${NAME} in eu-west-1: there already.\n` +
      'It is private and encrypted and keeps replaced states for 90 days. A deployment locks its state.\n' +
      'The settings name it already: npm run deploy keeps the state there.\n',
  });
  expect(made()).toStrictEqual(['HEAD ', ...PROTECTIONS.map((what) => `PUT ?${what}=`)]);
});

test.each([
  [
    403,
    `The bucket ${NAME} belongs to another account, or these credentials may not see it. ` +
      'Set stateBucket to another name in rollcall.config.ts, and run rollcall bootstrap again.\n',
  ],
  [301, `The bucket ${NAME} is not in eu-west-1. Set stateRegion to its region.\n`],
])('a bucket that answers %d is left alone, with a word on what to do', async (status, stderr) => {
  expect(await bootstrap(status)).toStrictEqual({ code: 1, stdout: '', stderr });
  expect(made()).toStrictEqual(['HEAD ']);
});
