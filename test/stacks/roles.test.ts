import { expect, test } from 'vitest';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { parsed, synthesized, type Synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Principal?: { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: { readonly StringLike?: { readonly 's3:prefix'?: readonly string[] } };
}

const statementsOf = (policy: unknown) => (parsed(policy) as { Statement: readonly Statement[] }).Statement;

/** Each role whole: who takes it, and a line for each action on each resource. */
function rolesOf(stack: Synthesized): Record<string, { takenBy: string; may: string[] }> {
  const policies = Object.values(stack.all('aws_iam_role_policy'));
  return Object.fromEntries(
    Object.values(stack.all('aws_iam_role')).map(({ name, assume_role_policy: trust }) => [
      String(name),
      {
        takenBy: statementsOf(trust).map(line).join(' and '),
        may: policies.filter(({ role }) => role === name).flatMap(({ policy }) => statementsOf(policy).flatMap(lines)),
      },
    ]),
  );
}

function lines({ Effect, Action, Resource = [], Condition }: Statement): string[] {
  const prefixes = Condition?.StringLike?.['s3:prefix'];
  const suffix = prefixes ? ` looking for ${prefixes.join(' ')}` : condition(Condition);
  return Action.flatMap((action) =>
    Resource.map((resource) => `${Effect === 'Allow' ? '' : `${Effect} `}${action} on ${resource}${suffix}`),
  );
}

const line = ({ Principal, Action, Condition }: Statement) =>
  `${Principal?.Service} by ${Action.join()}${condition(Condition)}`;

const condition = (value: object | undefined) => (value === undefined ? '' : ` if ${JSON.stringify(value)}`);

test('every role is whole in docs/roles.txt, where a change of a right shows in review', async () => {
  const roles = Object.entries(rolesOf(synthesized())).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const list = roles.map(([name, { takenBy, may }]) => [
    name,
    `  taken by ${takenBy}`,
    ...may.map((one) => `  ${one}`),
  ]);
  await expect(`${list.map((role) => role.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot('../../docs/roles.txt');
});

test('a KMS key of the account adds to the roles of the tasks just the right to use it', () => {
  const key = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';
  const [plain, withKey] = [rolesOf(synthesized()), rolesOf(synthesized({ kmsKeyArn: key }))];
  const use = [`kms:Decrypt on ${key}`, `kms:GenerateDataKey on ${key}`];
  for (const task of TASK_NAMES.map((name) => `rollcall-${name}`)) {
    expect(withKey[task]).toStrictEqual({ ...plain[task], may: [...(plain[task]?.may ?? []), ...use] });
  }
});
