import { afterAll, expect, test } from 'vitest';
import { Role } from '../../../web/api/schemas/roles.ts';
import { anApi } from './an-api.ts';
import { readDocument, type Operation } from './document.ts';

const CALLERS = [undefined, ...Role.options] as const;
type Caller = (typeof CALLERS)[number];

const api = await anApi();
afterAll(() => api.account.close());

const { operations } = await readDocument(api);
const cases = operations.flatMap((operation) => CALLERS.map((caller) => ({ operation, caller })));

/** Nothing there has such a name, so a request that is let through changes nothing. */
const send = ({ method, path, body }: Operation, caller: Caller) =>
  api.raw(path.replaceAll(/\{[^}]*\}/g, 'nothing'), {
    method,
    headers: {
      ...(caller && { authorization: `Bearer ${caller}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: '{}' }),
  });

type Verdict = 'not signed in' | 'not allowed' | 'let through';

const verdictOf = (status: number): Verdict =>
  status === 401 ? 'not signed in' : status === 403 ? 'not allowed' : 'let through';

function expected({ role }: Operation, caller: Caller): Verdict {
  if (caller === undefined) return 'not signed in';
  return Role.options.indexOf(caller) >= Role.options.indexOf(role) ? 'let through' : 'not allowed';
}

const nameOf = ({ operation: { method, path, role }, caller }: (typeof cases)[number]) =>
  `${method} ${path}, for ${role}s and up, asked by ${caller ?? 'nobody'}`;

test.each(cases.map((one) => ({ ...one, name: nameOf(one) })))('$name', async ({ operation, caller }) => {
  const { status } = await send(operation, caller);
  expect([verdictOf(status), api.faults]).toStrictEqual([expected(operation, caller), []]);
});

test('every route has been asked by nobody, by a viewer, by an editor and by an admin', () => {
  expect([cases.length, operations.length > 25]).toStrictEqual([4 * operations.length, true]);
});

test('the document says who may do what', async () => {
  const roles = operations.map(
    ({ method, path, role, security }) => `${role} ${method} ${path} ${JSON.stringify(security)}`,
  );
  await expect(`${roles.toSorted().join('\n')}\n`).toMatchFileSnapshot('roles.txt');
});

test('only GET is for viewers, and what cannot be undone is for admins', () => {
  const reading = operations.filter(({ role }) => role === 'viewer').map(({ method }) => method);
  const forAdmins = operations.filter(({ role }) => role === 'admin').map(({ path }) => path.split('/').at(-1));
  expect([new Set(reading), new Set(forAdmins)]).toStrictEqual([new Set(['GET']), new Set(['forget', 'redrive'])]);
});
