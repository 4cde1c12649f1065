import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { References, TerraformJson } from '../../local/terraform-json.ts';

/** An action on a resource that a policy allows, where `prefix` is given only for keys that match it. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
  /** The pattern that `s3:prefix` has to match, or the partition of the item as `dynamodb:LeadingKeys`. */
  readonly prefix?: string;
}

/** A permission that a call needs. Its resource and prefix are not patterns. */
export type RequiredPermission = Grant;

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** The grants of every role of a synthesized stack, by the role's name. A function's role has the function's name. */
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
  if (Effect !== 'Allow') throw new Error(`This test does not understand the effect ${Effect} of a role's policy.`);
  const prefixes = prefixesIn(Condition);
  return Action.flatMap((action) =>
    Resource.flatMap((resource) =>
      prefixes ? prefixes.map((prefix) => ({ action, resource, prefix })) : { action, resource },
    ),
  );
}

const CONDITIONS: readonly string[] = ['StringLike s3:prefix', 'ForAllValues:StringEquals dynamodb:LeadingKeys'];

function prefixesIn(condition: NonNullable<Statement['Condition']>): readonly string[] | undefined {
  const all = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [`${operator} ${key}`, values] as const),
  );
  const [one, ...others] = all;
  if (others.length > 0 || (one && !CONDITIONS.includes(one[0]))) {
    throw new Error(`This test does not understand ${JSON.stringify(condition)}.`);
  }
  return one?.[1];
}

export function allows(grant: Grant, required: RequiredPermission): boolean {
  if (grant.action !== required.action || !matches(grant.resource, required.resource)) return false;
  return grant.prefix === undefined || (required.prefix !== undefined && matches(grant.prefix, required.prefix));
}

/** `*` matches any characters, `?` any one character. In an ARN neither matches a colon, except in the last field. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '*') return true;
  const [patterns, fields] = [fieldsOf(pattern), fieldsOf(text)];
  return patterns.length === fields.length && patterns.every((one, at) => glob(one).test(fields[at]!));
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
  `${action} on ${resource}${prefix === undefined ? '' : ` with prefix ${prefix}`}`;
