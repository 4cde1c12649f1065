import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { References, TerraformJson } from '../../local/terraform-json.ts';

/** One line of a policy: an action on a resource, and perhaps only for keys under a prefix. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  /** The pattern that `s3:prefix` has to match. */
  readonly prefix?: string;
}

/** What a call asks for. */
export interface RequiredPermission extends Grant {
  readonly resource: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** Every grant of every role of a synthesized stack, by the role's name: a function's is its own. */
export async function grantsOf(stackFolder: string): Promise<Map<string, Grant[]>> {
  const json = TerraformJson.parse(JSON.parse(await readFile(join(stackFolder, 'cdk.tf.json'), 'utf8')));
  const references = new References(json, { accountId: '000000000000', region: 'us-east-1', queueBaseUrl: '' });
  const roles = new Map<string, Grant[]>();
  for (const block of Object.values(json.resource['aws_iam_role_policy'] ?? {})) {
    const { role, policy } = block as { role: string; policy: string };
    const { Statement } = JSON.parse(references.resolve(policy)) as { Statement: readonly Statement[] };
    const name = references.resolve(role);
    roles.set(name, [...(roles.get(name) ?? []), ...Statement.flatMap(grantsIn)]);
  }
  return roles;
}

function grantsIn({ Effect, Action, Resource, Condition = {} }: Statement): Grant[] {
  if (Effect !== 'Allow') throw new Error(`A role that says ${Effect} is more than this test understands.`);
  const prefixes = prefixesIn(Condition);
  return Action.flatMap((action) =>
    Resource.flatMap((resource) =>
      prefixes ? prefixes.map((prefix) => ({ action, resource, prefix })) : { action, resource },
    ),
  );
}

function prefixesIn(condition: NonNullable<Statement['Condition']>): readonly string[] | undefined {
  const { StringLike: { 's3:prefix': prefixes, ...keys } = {}, ...operators } = condition;
  const other = [...Object.keys(operators), ...Object.keys(keys)];
  if (other.length > 0) throw new Error(`A condition on ${other.join(', ')} is more than this test understands.`);
  return prefixes;
}

/** Whether the grant is one that lets the call through. */
export function allows(grant: Grant, need: RequiredPermission): boolean {
  if (grant.action !== need.action || !matches(grant.resource, need.resource)) return false;
  return grant.prefix === undefined || (need.prefix !== undefined && matches(grant.prefix, need.prefix));
}

/** `*` is any characters, `?` any one. In an ARN neither goes beyond its field, but for the last, where colons are free. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  const [ours, theirs] = [fieldsOf(pattern), fieldsOf(text)];
  return ours.length === theirs.length && ours.every((field, at) => glob(field).test(theirs[at]!));
}

function fieldsOf(text: string): string[] {
  if (!text.startsWith('arn:')) return [text];
  const fields = text.split(':');
  return [...fields.slice(0, 5), fields.slice(5).join(':')];
}

function glob(pattern: string): RegExp {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

export const lineOf = ({ action, resource, prefix }: Grant) =>
  `${action} on ${resource}${prefix === undefined ? '' : ` looking for ${prefix}`}`;
