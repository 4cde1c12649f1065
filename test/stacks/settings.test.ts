import { expect, test } from 'vitest';
import { synthesized } from './synthesized.ts';

const required_providers = { aws: { source: 'aws', version: '5.100.0' } };

test('each environment has a state of its own, in a file beside cdktf.json', () => {
  const state = (path: string) => ({ backend: { local: { path } }, required_providers });
  expect(synthesized().terraform).toStrictEqual(state('../../../terraform.rollcall.tfstate'));
  expect(synthesized({ environment: 'staging' }).terraform).toStrictEqual(
    state('../../../terraform.rollcall-staging.tfstate'),
  );
});

test('a state in a file is warned of, because it is not shared, unless the environment is disposable', () => {
  const warning =
    "Terraform's state will be a file in this folder: nobody else can change the deployment, and a second person who " +
    'deploys collides with it. To share it: npm run rollcall -- bootstrap';
  expect(synthesized().warnings).toStrictEqual([warning]);
  expect(synthesized({ disposable: true }).warnings).toStrictEqual([]);
  expect(synthesized({ stateBucket: 'states' }).warnings).toStrictEqual([]);
});

test('or in a bucket, locked and encrypted', () => {
  const settings = { stateBucket: 'states', environment: 'prod', region: 'eu-west-1' };
  const s3 = { bucket: 'states', key: 'rollcall-prod.tfstate', region: 'eu-west-1', encrypt: true, use_lockfile: true };
  expect(synthesized(settings).terraform).toStrictEqual({ backend: { s3 }, required_providers });
  expect(synthesized({ ...settings, stateRegion: 'us-east-2' }).terraform).toStrictEqual({
    backend: { s3: { ...s3, region: 'us-east-2' } },
    required_providers,
  });
  const elsewhere = { endpointUrl: 'http://127.0.0.1:1', s3UsePathStyle: true };
  expect(synthesized({ ...settings, ...elsewhere }).terraform).toStrictEqual({
    backend: {
      s3: { ...s3, endpoints: { s3: 'http://127.0.0.1:1', sts: 'http://127.0.0.1:1' }, use_path_style: true },
    },
    required_providers,
  });
});

test('every service is looked for at the endpoint that is given', () => {
  const provider = (settings: object) => synthesized(settings).json.provider;
  const tags = (environment: string) => [{ tags: { project: 'rollcall', environment } }];
  expect(provider({})).toStrictEqual({ aws: [{ region: 'us-east-1', default_tags: tags('default') }] });
  const url = 'http://127.0.0.1:1';
  const services =
    'apigatewayv2 cloudfront cloudwatch cognitoidp dynamodb events iam kms lambda logs rekognition s3 sfn sns sqs sts'.split(
      ' ',
    );
  expect(provider({ endpointUrl: url, s3UsePathStyle: true, environment: 'test' })).toStrictEqual({
    aws: [
      {
        region: 'us-east-1',
        default_tags: tags('test'),
        endpoints: [Object.fromEntries(services.map((service) => [service, url]))],
        s3_use_path_style: true,
      },
    ],
  });
});

test('what the functions and the machine are told comes from the settings', () => {
  const stack = synthesized({
    faceMatchThreshold: 92.5,
    minFacePixels: 60,
    minPortraitFacePixels: 48,
    faceConcurrency: 3,
    quotaShare: 0.5,
    searchFacesPerSecond: 12,
    logLevel: 'DEBUG',
    architecture: 'x86_64',
  });
  const search = Object.values(stack.all('aws_lambda_function')).find(
    ({ function_name }) => function_name === 'rollcall-search-face',
  );
  expect(search?.['architectures']).toStrictEqual(['x86_64']);
  expect(search?.['environment']).toStrictEqual({
    variables: {
      ALLOW_TWINS: 'false',
      BUCKET: 'rollcall-111122223333',
      COLLECTION_ID: 'my-face-collection',
      COMPARE_FACES_PER_SECOND: '25',
      DEAD_LETTER_QUEUES: ['recognition', 'enroll-face', 'failures']
        .map((name) => `rollcall-${name}-dead-letters`)
        .join(','),
      DECIDING_MACHINES: ['decide', 're-recognize', 'group-unknown', 'keep-users']
        .map((name) => `arn:aws:states:us-east-1:111122223333:stateMachine:rollcall-${name}`)
        .join(','),
      DECISIONS_TABLE: 'FaceRecognitionDecisions',
      DETECT_FACES_PER_SECOND: '50',
      FACE_MATCH_THRESHOLD: '92.5',
      INDEX_FACES_PER_SECOND: '25',
      LOG_RETENTION_DAYS: '30',
      MIN_FACE_PIXELS: '60',
      MIN_PORTRAIT_FACE_PIXELS: '48',
      OBJECT_MACHINES: ['recognition', 'enroll-face']
        .map((name) => `arn:aws:states:us-east-1:111122223333:stateMachine:rollcall-${name}`)
        .join(','),
      NODE_OPTIONS: '--enable-source-maps',
      PEOPLE_TABLE: 'FaceRecognitionPeople',
      PIPELINE_VERSION: '1.2.3',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
      POWERTOOLS_METRICS_NAMESPACE: 'Rollcall',
      POWERTOOLS_SERVICE_NAME: 'rollcall',
      RECOGNITION_OFF_PREFIX: 'recognition=off/',
      RESULTS_TABLE: 'FaceRecognitionResults',
      ROLLCALL_ENVIRONMENT: 'default',
      SEARCH_BY: 'faces',
      SEARCH_FACES_PER_SECOND: '6',
      UNKNOWN_COLLECTION_ID: 'my-face-collection-unknown',
    },
  });
  const definitions = Object.values(stack.all('aws_sfn_state_machine')).map(({ definition }) => String(definition));
  expect(definitions.flatMap((one) => /"MaxConcurrency":\d+/.exec(one) ?? [])).toStrictEqual(['"MaxConcurrency":3']);
});

test.each([
  ['faces', 'SearchFacesByImage', ['PersistPerson']],
  ['users', 'SearchUsersByImage', ['AssociateFaces', 'PersistPerson']],
] as const)(
  'where %s are searched, the tasks may call only %s, and an enrolment goes on with %j',
  (searchBy, action, after) => {
    const stack = synthesized({ searchBy });
    const ofSearch = Object.entries(stack.all('aws_iam_role_policy')).filter(([name]) =>
      /search-(face|unknown)/.test(name),
    );
    expect(ofSearch.map(([, { policy }]) => String(policy).match(/rekognition:Search\w+/g))).toStrictEqual([
      [`rekognition:${action}`],
      [`rekognition:${action}`],
    ]);
    const machines = Object.values(stack.all('aws_sfn_state_machine'));
    const { definition } = machines.find(({ name }) => name === 'rollcall-enroll-face')!;
    const { States } = JSON.parse(String(definition)) as { States: Record<string, { Next: string }> };
    const next: string[] = [];
    for (let state = States['IndexFace']!.Next; state !== 'Done'; state = States[state]!.Next) next.push(state);
    expect(next).toStrictEqual(after);
  },
);
