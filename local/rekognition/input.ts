import * as z from 'zod';
import type { Operation } from '../aws-json.ts';
import { invalidParameter } from './errors.ts';

/** One operation: its input schema and its implementation. Unknown fields are ignored, as in the service. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>) => unknown,
): Operation {
  return async (body) => {
    const input = schema.safeParse(body);
    if (!input.success) throw invalidParameter(violations(input.error));
    return run(input.data);
  };
}

/** Error message in the service's wording, without values: one of them may be a picture. */
function violations({ issues }: z.ZodError): string {
  const each = issues.map(({ path, message }) => {
    const field = path.map((key) => (typeof key === 'string' ? key[0]!.toLowerCase() + key.slice(1) : String(key)));
    return `Value at '${field.join('.')}' failed to satisfy constraint: ${message}`;
  });
  return `${each.length} validation error${each.length > 1 ? 's' : ''} detected: ${each.join('; ')}`;
}

const boundedText = (pattern: RegExp, maxLength: number) =>
  z
    .string('Member must not be null')
    .min(1, 'Member must have length greater than or equal to 1')
    .max(maxLength, `Member must have length less than or equal to ${maxLength}`)
    .regex(pattern, `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`);

export const collectionId = boundedText(/^[a-zA-Z0-9_.-]+$/, 255);
export const externalImageId = boundedText(/^[a-zA-Z0-9_.:-]+$/, 255);
export const userId = boundedText(/^[a-zA-Z0-9_.:-]+$/, 128);
export const faceId = boundedText(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 36);
export const clientRequestToken = boundedText(/^[a-zA-Z0-9-_]+$/, 64);
export const resourceArn = boundedText(/^[\s\S]+$/, 2048);
export const nextToken = boundedText(/^[\s\S]+$/, 255);

export const listOf = <Item extends z.ZodType>(item: Item, maxLength: number) =>
  z
    .array(item, 'Member must not be null')
    .min(1, 'Member must have length greater than or equal to 1')
    .max(maxLength, `Member must have length less than or equal to ${maxLength}`);

export const tags = z.record(
  boundedText(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u, 128),
  z
    .string()
    .max(256)
    .regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u, 'Member must satisfy the pattern of a tag value'),
);

const wholeNumber = (min: number, max: number) =>
  z
    .int('Member must be a whole number')
    .min(min, `Member must have value greater than or equal to ${min}`)
    .max(max, `Member must have value less than or equal to ${max}`);

export const percent = (fallback: number) =>
  z
    .number('Member must be a number')
    .min(0, 'Member must have value greater than or equal to 0')
    .max(100, 'Member must have value less than or equal to 100')
    .default(fallback);

/** Page and result sizes: at most 4,096 for faces and collections, 500 for users. */
export const count = (max: number, fallback: number) => wholeNumber(0, max).default(fallback);

/** MaxFaces of IndexFaces, which finds 100 at most. */
export const maxFaces = wholeNumber(1, 2_147_483_647).optional();

const S3Object = z.object({
  Bucket: boundedText(/^[0-9A-Za-z._-]*$/, 255),
  Name: boundedText(/^[\s\S]+$/, 1024),
  Version: boundedText(/^[\s\S]+$/, 1024).optional(),
});

export const image = z.object(
  {
    Bytes: z.string('Member must be base64').min(1, 'Member must have length greater than or equal to 1').optional(),
    S3Object: S3Object.optional(),
  },
  'Member must not be null',
);
export type ImageInput = z.output<typeof image>;

export const qualityFilter = (fallback: 'NONE' | 'AUTO') =>
  z
    .enum(
      ['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH'],
      'Member must satisfy enum value set: [NONE, AUTO, LOW, MEDIUM, HIGH]',
    )
    .default(fallback);

const ATTRIBUTES = [
  'DEFAULT',
  'ALL',
  'AGE_RANGE',
  'BEARD',
  'EMOTIONS',
  'EYE_DIRECTION',
  'EYEGLASSES',
  'EYES_OPEN',
  'GENDER',
  'MOUTH_OPEN',
  'MUSTACHE',
  'FACE_OCCLUDED',
  'SMILE',
  'SUNGLASSES',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export const attributes = z
  .array(z.enum(ATTRIBUTES, `Member must satisfy enum value set: [${ATTRIBUTES.join(', ')}]`))
  .default(['DEFAULT']);
