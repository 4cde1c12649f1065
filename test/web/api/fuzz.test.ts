import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Problem } from '../../../web/api/schemas/common.ts';
import { aFace, aPhoto, aStranger } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { SHA256 } from '../../support/builders.ts';
import { anApi } from './an-api.ts';
import { readDocument, type Operation, type Schema } from './document.ts';

/** For each route. All routes together take about a minute. */
const RUNS = 25;

const api = await anApi();
afterAll(() => api.account.close());
await putRows(api.account.target, 'results', aPhoto({ sha256: SHA256 }), aFace(), aStranger());

const { operations, schemas } = await readDocument(api);

/** Names of things that are there, and text of every kind. */
const text = fc.oneof(
  fc.constantFrom(
    'party.jpg',
    aFace().person_id!,
    aPhoto().execution_arn,
    '../..',
    '%',
    '%2F',
    'a/b',
    '-1',
    '',
    '\u202e',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 2000, size: 'max' }),
);
const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), text);

/** Mostly what the schema asks for, and sometimes anything. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: rightly(schema, depth), weight: 9 }, { arbitrary: anything, weight: 1 });
}

function rightly(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valueOf(schemas[schema.$ref.split('/').at(-1)!]!, depth + 1);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return fc.oneof(...either.map((one) => valueOf(one, depth + 1)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, depth);
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, depth + 1), { maxLength: 3 });
    case 'integer':
      return fc.oneof(
        fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 1000, 1000) }),
        fc.maxSafeInteger(),
      );
    case 'number':
      return fc.double({ min: schema.minimum ?? -10, max: schema.maximum ?? 10 });
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.oneof(
        text,
        fc.constantFrom('2026-11-23', '2026-11-23T18:00:00Z', '9999-12-31', '0001-01-01', 'e30', 'bnVsbA'),
      );
    default:
      return anything;
  }
}

const objectOf = ({ properties = {}, required = [] }: Schema, depth: number) =>
  fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, depth + 1)])),
    {
      requiredKeys: [...required],
    },
  );

interface Request {
  readonly path: string;
  readonly body: string | undefined;
}

/** A value as a path or a query carries it. Half of a surrogate pair cannot be sent. */
const sent = (value: unknown) =>
  encodeURIComponent((typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed());

function requestOf({ path, parameters, body }: Operation): fc.Arbitrary<Request> {
  const values = fc.record(Object.fromEntries(parameters.map(({ name, schema }) => [name, valueOf(schema)])));
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  return fc
    .record({ values, given: fc.subarray(query), body: body ? valueOf(body) : fc.constant(undefined) })
    .map((of) => ({
      path:
        path.replaceAll(/\{([^}]*)\}/g, (_, name: string) => sent(of.values[name]) || '%20') +
        `?${of.given.map((name) => `${name}=${sent(of.values[name])}`).join('&')}`,
      body: of.body === undefined ? undefined : JSON.stringify(of.body),
    }));
}

/** These would take the account apart, or wait for minutes. Roles and their own tests cover them. */
const isGentle = ({ path }: Operation) => !path.endsWith('/forget');

test.each(operations.filter(isGentle).map((operation) => ({ ...operation, operation })))(
  '$method $path never fails, and says what is wrong as a problem',
  async ({ method, operation }) => {
    await fc.assert(
      fc.asyncProperty(requestOf(operation), async ({ path, body }) => {
        const headers = {
          authorization: 'Bearer admin',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        };
        const response = await api.raw(path, { method, headers, ...(body !== undefined && { body }) });
        const faults = api.faults.splice(0);
        const told = response.status < 400 ? response.status : Problem.parse(await response.json()).status;
        expect([response.status < 500, told, faults]).toStrictEqual([true, response.status, []]);
      }),
      { numRuns: RUNS },
    );
  },
);
