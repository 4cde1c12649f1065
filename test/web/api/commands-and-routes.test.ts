import { afterAll, expect, test } from 'vitest';
import { rollcall } from '../../cli/rollcall.ts';
import { anApi } from './an-api.ts';
import { readDocument } from './document.ts';

const api = await anApi();
afterAll(() => api.account.close());

/** What the API has for each command. A text says why a command is for the machine that it runs on alone. */
const ROUTES: Readonly<Record<string, readonly string[] | string>> = {
  recognize: ['POST /api/uploads', 'GET /api/photos/{image_id}'],
  start: 'starts the account that the API is of',
  upload: ['POST /api/uploads', 'PUT /api/uploads/{key}'],
  enroll: ['POST /api/enrolments', 'GET /api/enrolments'],
  people: ['GET /api/people', 'GET /api/people/{person_id}'],
  rename: ['PATCH /api/people/{person_id}'],
  merge: ['POST /api/people/{person_id}/merge'],
  unmerge: ['POST /api/people/{person_id}/unmerge'],
  split: ['POST /api/people/{person_id}/split'],
  threshold: ['PUT /api/people/{person_id}/threshold'],
  results: ['GET /api/photos', 'GET /api/faces'],
  show: ['GET /api/photos/{image_id}', 'GET /api/results/{image_id}'],
  unknown: ['GET /api/unknown', 'GET /api/unknown/{group_id}', 'POST /api/unknown'],
  why: ['GET /api/photos/{image_id}'],
  export: ['GET /api/people/{person_id}/export', 'GET /api/sidecars', 'GET /api/sidecars/{image_id}'],
  import: ['POST /api/sidecars'],
  'import-collection': ['GET /api/collection', 'POST /api/collection'],
  forget: [
    'GET /api/people/{person_id}/forget',
    'POST /api/people/{person_id}/forget',
    'GET /api/unknown-faces/forget',
    'POST /api/unknown-faces/forget',
    'POST /api/forgotten',
    'GET /api/forgetting/{execution_arn}',
  ],
  name: ['POST /api/decisions'],
  wrong: ['POST /api/decisions'],
  stranger: ['POST /api/decisions'],
  'not-a-face': ['POST /api/decisions'],
  'add-face': ['POST /api/decisions'],
  undo: ['POST /api/decisions/{batch}/undo'],
  decisions: ['GET /api/decisions'],
  're-recognize': ['GET /api/re-recognition', 'POST /api/re-recognition'],
  calibrate: ['GET /api/calibration', 'POST /api/calibration'],
  executions: [
    'GET /api/executions',
    'GET /api/executions/{execution_arn}',
    'GET /api/executions/{execution_arn}/history',
  ],
  statistics: ['GET /api/statistics', 'GET /api/photos/days'],
  failed: ['GET /api/failures'],
  redrive: ['POST /api/failures/redrive', 'POST /api/executions/{execution_arn}/redrive'],
  'dead-letters': ['GET /api/dead-letters', 'POST /api/dead-letters/redrive'],
  bootstrap: 'prepares an account of AWS before anything is deployed to it',
  doctor: 'checks the clock and the rights of the machine that it runs on',
  env: 'prints the addresses and the key of this machine',
  record: ['GET /api/executions/{execution_arn}/case'],
  replay: 'runs recorded executions on this machine',
  users: 'is called once by whoever has changed how a deployment searches',
  rekognition: 'serves the face engine of this machine',
};

/** What only somebody who looks at a page needs. The commands print what is in it, or files hold it. */
const OF_THE_PAGE: readonly string[] = [
  'GET /api/me',
  'GET /api/settings',
  'GET /api/pictures/{image_id}',
  'GET /api/crops/{image_id}/{index}',
  'GET /api/portraits/{person_id}/{face_id}',
  // `rollcall name` makes people as it names faces, and `enroll` as it enrols them.
  'POST /api/people',
];

test('every command has routes, or runs where it is called', async () => {
  const { stdout } = await rollcall(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) /gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  expect(commands.toSorted()).toStrictEqual(Object.keys(ROUTES).toSorted());
});

test('every route has a command, or is of the page', async () => {
  const { operations } = await readDocument(api);
  const routes = operations.map(({ method, path }) => `${method} ${path}`);
  const known = [
    ...Object.values(ROUTES)
      .filter((of) => typeof of !== 'string')
      .flat(),
    ...OF_THE_PAGE,
  ];
  expect(routes.toSorted()).toStrictEqual([...new Set(known)].toSorted());
});
