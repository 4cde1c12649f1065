import { expect, test } from 'vitest';
import { synthesized } from './synthesized.ts';

/** What holds neither data nor an identity that anything else knows: it may be replaced. */
const REPLACEABLE = new Set([
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_metric_alarm',
  'aws_cloudwatch_query_definition',
  'aws_s3_object',
]);
/** The attributes by which AWS knows a resource. Terraform replaces the resource when one of them changes. */
const NAMES = ['bucket', 'name', 'function_name', 'collection_id'];

test('a second deploy replaces nothing that holds data or identity: ids and names stay those of resource-ids.txt', async () => {
  const { json } = synthesized();
  const lines = Object.entries(json.resource)
    .filter(([type]) => !REPLACEABLE.has(type))
    .flatMap(([type, resources]) =>
      Object.entries(resources).map(([id, body]) => {
        const name = NAMES.map((attribute) => body[attribute]).find((value) => value !== undefined);
        return [`${type}.${id}`, name].filter(Boolean).join(' ');
      }),
    );
  await expect(`${lines.toSorted().join('\n')}\n`).toMatchFileSnapshot('resource-ids.txt');
});
