import { expect, test } from 'vitest';
import { deploymentWarnings, ConfigError, readConfig, type Settings } from '../../schemas/config.ts';

const DEFAULTS = {
  environment: 'default',
  region: 'us-east-1',
  faceMatchThreshold: 80,
  minFacePixels: 40,
  minPortraitFacePixels: 24,
  allowTwins: false,
  searchBy: 'faces',
  reRecognizeAfterEnroll: false,
  recognitionOffPrefix: 'recognition=off/',
  faceConcurrency: 40,
  quotaShare: 0.9,
  workRetentionDays: 7,
  noncurrentRetentionDays: 30,
  logRetentionDays: 30,
  logLevel: 'INFO',
  dashboard: true,
  architecture: 'arm64',
  disposable: false,
  s3UsePathStyle: false,
};

test('everything has a default', () => {
  expect(readConfig({}, {})).toStrictEqual(DEFAULTS);
});

test('the environment overrides the file, and an empty variable does not', () => {
  const env = {
    ROLLCALL_ENVIRONMENT: 'staging',
    ROLLCALL_FACE_MATCH_THRESHOLD: '92.5',
    ROLLCALL_LOG_RETENTION_DAYS: '90',
    ROLLCALL_DISPOSABLE: 'true',
    ROLLCALL_S3_USE_PATH_STYLE: 'true',
    ROLLCALL_ENDPOINT_URL: 'http://127.0.0.1:5555',
    ROLLCALL_REGION: '',
    ROLLCALL_PACKAGE: 'false',
  };
  expect(readConfig({ region: 'eu-west-1', faceMatchThreshold: 70 }, env)).toStrictEqual({
    ...DEFAULTS,
    region: 'eu-west-1',
    environment: 'staging',
    faceMatchThreshold: 92.5,
    logRetentionDays: 90,
    disposable: true,
    s3UsePathStyle: true,
    endpointUrl: 'http://127.0.0.1:5555',
  });
});

test.each([
  [
    { faceMatchThreshold: 0.8 },
    'faceMatchThreshold (ROLLCALL_FACE_MATCH_THRESHOLD): must be a percentage from 1 to 100, not 0.8',
  ],
  [
    { faceConcurrency: 2.5 },
    'faceConcurrency (ROLLCALL_FACE_CONCURRENCY): must be a whole number from 1 to 40, not 2.5',
  ],
  [
    { workRetentionDays: 0 },
    'workRetentionDays (ROLLCALL_WORK_RETENTION_DAYS): must be a whole number from 3 to 365, not 0',
  ],
  [{ quotaShare: 90 }, 'quotaShare (ROLLCALL_QUOTA_SHARE): must be a share from 0.1 to 1, not 90'],
  [{ alarmEmail: 'nobody' }, 'alarmEmail (ROLLCALL_ALARM_EMAIL): must be an e-mail address, not "nobody"'],
  [{ endpointUrl: 'ftp://x' }, 'endpointUrl (ROLLCALL_ENDPOINT_URL): must be an http or https address, not "ftp://x"'],
  [{ kmsKeyArn: 'alias/x' }, 'kmsKeyArn (ROLLCALL_KMS_KEY_ARN): must be the ARN of a KMS key, not "alias/x"'],
  [{ region: 'Europe' }, 'region (ROLLCALL_REGION): must be a region, such as eu-west-1, not "Europe"'],
  [
    { collectionId: 'my faces' },
    'collectionId (ROLLCALL_COLLECTION_ID): must be 1 to 247 letters, digits and _ . -, not "my faces"',
  ],
] satisfies [Settings, string][])('%j stops with its path and what is allowed', (settings, sentence) => {
  expect(() => readConfig(settings, {})).toThrow(new ConfigError(sentence));
});

test('a value of the wrong kind, or a name that no setting has, stops too, each with a line of its own', () => {
  const settings = JSON.parse('{"disposable": "yes", "architecture": "arm", "treshold": 80}') as Settings;
  const lines = message(() => readConfig(settings, { ROLLCALL_FACE_MATCH_THRESHOLD: 'high' })).split('\n');
  expect(lines).toStrictEqual([
    'faceMatchThreshold (ROLLCALL_FACE_MATCH_THRESHOLD): must be a percentage from 1 to 100, not "high"',
    'architecture (ROLLCALL_ARCHITECTURE): must be one of arm64, x86_64, not "arm"',
    'disposable (ROLLCALL_DISPOSABLE): must be true or false, not "yes"',
    expect.stringMatching(/^treshold: there is no such setting; there are environment, region, /),
  ]);
});

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('It did not stop.');
}

test('a deployment whose alarms reach nobody is warned of', () => {
  expect(deploymentWarnings(readConfig({}, {}))).toStrictEqual([
    'Alarms reach nobody: set alarmEmail in rollcall.config.ts, or ROLLCALL_ALARM_EMAIL, to an e-mail address.',
  ]);
  expect(deploymentWarnings(readConfig({ alarmEmail: 'ops@example.com' }, {}))).toStrictEqual([]);
});
