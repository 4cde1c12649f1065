import * as z from 'zod';

/** States what a setting may be. The sentence is part of the error message. */
const must = (allowed: string) => ({ error: `must be ${allowed}` });

const text = (pattern: RegExp, allowed: string) => z.string(must(allowed)).regex(pattern, must(allowed));

const whole = (from: number, to: number) => {
  const allowed = must(`a whole number from ${from} to ${to}`);
  return z.int(allowed).min(from, allowed).max(to, allowed);
};

const oneOf = <const Values extends readonly (string | number)[]>(values: Values) =>
  z.literal(values, must(`one of ${values.join(', ')}`));

const SHARE = must('a share from 0.1 to 1');
const PERCENTAGE = must('a percentage from 1 to 100');

const flag = () => z.boolean(must('true or false'));

/** The retention periods that CloudWatch Logs accepts, in days. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** At most twelve characters, so that the longest role and bucket names stay within 63. */
const NAME_PART = /^[a-z](?:[a-z0-9-]{0,10}[a-z0-9])?$/;
const NAME_PART_ALLOWED = 'lowercase letters, digits and inner hyphens, beginning with a letter, at most 12';

/** The settings of one environment. Environment variables `ROLLCALL_*` override `rollcall.config.ts`. */
export const Config = z.strictObject({
  /**
   * Part of every resource name, except in `default`. An account can hold each environment once, whatever the region.
   */
  environment: text(NAME_PART, NAME_PART_ALLOWED).default('default'),
  region: text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region, such as eu-west-1').default('us-east-1'),
  /** Prefix of every resource name, followed by a hyphen. */
  namePrefix: text(NAME_PART, NAME_PART_ALLOWED).optional(),
  /**
   * Default: `my-face-collection`, with prefix and environment. A second collection, with `-unknown` behind the name, is
   * for the faces that nobody is named for.
   */
  collectionId: text(/^[a-zA-Z0-9_.-]{1,247}$/, '1 to 247 letters, digits and _ . -').optional(),

  /** In percent. A fraction such as 0.8 is refused, because every face would match every person. */
  faceMatchThreshold: z.number(PERCENTAGE).min(1, PERCENTAGE).max(100, PERCENTAGE).default(80),
  /**
   * Shorter side of a face's bounding box, in the picture that Rekognition gets: the photo, or its copy of at most 4096
   * pixels a side. Smaller faces are recorded but not searched. Rekognition finds none below about 2 % of the longer
   * side (40 pixels at 1920 x 1080, 85 at 4096), so a setting below that changes nothing for a large photo.
   */
  minFacePixels: whole(1, 1000).default(40),
  /**
   * The same for the face of a portrait. It may be smaller, because a portrait is also checked for sharpness. The local
   * IndexFaces takes none below 24.
   */
  minPortraitFacePixels: whole(1, 1000).default(24),
  /** Whether two faces of one photo may be named as the same person. If not, only the more similar one is. */
  allowTwins: flag().default(false),
  /**
   * Objects under `input/` or `enroll/` whose key goes on with this are kept from every paid call, as those with the
   * object tag `recognition=off`.
   */
  recognitionOffPrefix: text(/^[^/].{0,199}$/su, '1 to 200 characters that do not begin with a slash').default(
    'recognition=off/',
  ),
  /**
   * What a face is compared with: every enrolled face (SearchFacesByImage), or one vector a person, made of all of the
   * person's faces (SearchUsersByImage). With users, each enrolment makes two calls more; `rollcall users` makes users of
   * those who were enrolled before.
   */
  searchBy: oneOf(['faces', 'users']).default('faces'),
  /** Whether `rollcall enroll` searches the unknown faces of before again, which costs a search each, or only offers it. */
  reRecognizeAfterEnroll: flag().default(false),
  /** How many faces of one photo are searched concurrently. */
  faceConcurrency: whole(1, 40).default(40),

  /**
   * Share of each quota of Rekognition that Rollcall uses. The rest is for others in the account, and for calls that
   * come late.
   */
  quotaShare: z.number(SHARE).min(0.1, SHARE).max(1, SHARE).default(0.9),
  /** The account's quotas, in calls per second. Default: those of the region, see schemas/quotas.ts. */
  detectFacesPerSecond: whole(1, 10_000).optional(),
  searchFacesPerSecond: whole(1, 10_000).optional(),
  /** SearchFaces, which compares unknown faces with each other. */
  compareFacesPerSecond: whole(1, 10_000).optional(),
  indexFacesPerSecond: whole(1, 10_000).optional(),

  /** More than an execution may take: see schemas/executions.ts. */
  workRetentionDays: whole(3, 365).default(7),
  /**
   * How long faces are kept that nobody is named for. Then crops and measures are removed every day, and the photos stay.
   * Default: for ever.
   */
  unknownRetentionDays: whole(1, 3650).optional(),
  noncurrentRetentionDays: whole(1, 3650).default(30),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS).default(30),
  logLevel: oneOf(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),

  /** Whether the dashboard is deployed as well: a page and its API, for users of a pool of their own. */
  dashboard: flag().default(true),

  architecture: oneOf(['arm64', 'x86_64']).default('arm64'),
  alarmEmail: z.email(must('an e-mail address')).optional(),
  /**
   * A KMS key to use instead of the keys that the services manage. Its key policy must let the services use it. It does
   * not cover executions and the collection, see docs/security.md.
   */
  kmsKeyArn: text(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/.+$/, 'the ARN of a KMS key').optional(),
  /** Whether `cdktf destroy` may delete bucket, tables and collection with their content. */
  disposable: flag().default(false),

  /** An endpoint for every AWS API that Terraform calls, to deploy to an emulator. */
  endpointUrl: z.url({ protocol: /^https?$/, ...must('an http or https address') }).optional(),
  s3UsePathStyle: flag().default(false),

  /** The bucket that holds Terraform's state: `rollcall bootstrap` makes one. Default: a file beside cdktf.json. */
  stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket').optional(),
  /** The region of that bucket. Default: `region`. */
  stateRegion: text(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region, such as eu-west-1').optional(),
});
export type Config = z.infer<typeof Config>;
export type Settings = z.input<typeof Config>;

/** Settings that cannot be deployed. The message has a sentence for each. */
export class ConfigError extends Error {
  override name = 'ConfigError' as const;
}

/** The variable that overrides a setting: `faceMatchThreshold` is ROLLCALL_FACE_MATCH_THRESHOLD. */
export const variableOf = (setting: string) => `ROLLCALL_${setting.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;

export function readConfig(settings: Settings, env: Readonly<Record<string, string | undefined>>): Config {
  const overrides: Record<string, unknown> = {};
  for (const setting of Object.keys(Config.shape)) {
    const value = env[variableOf(setting)];
    if (value !== undefined && value !== '') overrides[setting] = plain(value);
  }
  const merged: Record<string, unknown> = { ...settings, ...overrides };
  const result = Config.safeParse(merged);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => sentences(issue, merged)).join('\n'));
}

/** Where and with what it is deployed, which its users need not know. */
const OF_OPERATORS = new Set<string>([
  'alarmEmail',
  'dashboard',
  'kmsKeyArn',
  'disposable',
  'endpointUrl',
  's3UsePathStyle',
  'stateBucket',
  'stateRegion',
]);

/** The settings that say how Rollcall works, which the deployment tells to its users. */
export const workingSettings = (config: Config): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([setting, value]) =>
      value === undefined || OF_OPERATORS.has(setting) ? [] : [[setting, value]],
    ),
  );

/** What can be deployed, but is seldom meant. */
export const deploymentWarnings = ({ alarmEmail }: Config): string[] =>
  alarmEmail === undefined
    ? [
        `Alarms reach nobody: set alarmEmail in rollcall.config.ts, or ${variableOf('alarmEmail')}, to an e-mail address.`,
      ]
    : [];

function sentences(issue: z.core.$ZodIssue, settings: Readonly<Record<string, unknown>>): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${key}: there is no such setting; there are ${Object.keys(Config.shape).join(', ')}`,
    );
  }
  const setting = String(issue.path[0]);
  return [`${setting} (${variableOf(setting)}): ${issue.message}, not ${JSON.stringify(settings[setting])}`];
}

/** Environment variables are text; settings are numbers and booleans as well. */
function plain(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}
