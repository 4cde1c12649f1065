import { App } from 'cdktf';
import { References, TerraformJson } from '../../local/terraform-json.ts';
import { readConfig, type Settings } from '../../schemas/config.ts';
import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import type { CodePath } from '../../stacks/bundles/place.ts';
import { namesOf } from '../../stacks/names.ts';
import { RollcallStack } from '../../stacks/rollcall.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface Synthesized {
  readonly json: TerraformJson;
  readonly types: readonly string[];
  /** Terraform's own settings: its backend and providers. */
  readonly terraform: unknown;
  /** What `cdktf deploy` warns of. */
  readonly warnings: readonly unknown[];
  /** Every resource of a type, by its id, references resolved for account 111122223333. */
  all(type: string): Readonly<Record<string, Body>>;
}

const place = { accountId: '111122223333', region: 'us-east-1', queueBaseUrl: 'https://sqs.test/111122223333' };

const pageFile = (key: string, type: string, cacheControl: string) => ({
  key,
  source: `page-0/${key}`,
  type,
  cacheControl,
});
const DASHBOARD = {
  api: 'functions/dashboard-api-0.zip',
  page: [
    pageFile('assets/index-1.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'),
    pageFile('index.html', 'text/html; charset=utf-8', 'no-cache'),
  ],
} as const;

/** The stack as Terraform gets it, in memory, without any code. */
export function synthesized(settings: Settings = {}): Synthesized {
  const config = readConfig(settings, {});
  const code = Object.fromEntries(
    TASK_NAMES.map((task): [TaskName, CodePath] => [task, `functions/${task}-0.zip`]),
  ) as Record<TaskName, CodePath>;
  const id = namesOf(config)('rollcall');
  const stack = new RollcallStack(new App(), id, {
    config,
    version: '1.2.3',
    code,
    dashboard: config.dashboard ? DASHBOARD : undefined,
  });
  const whole = JSON.parse(JSON.stringify(stack.toTerraform())) as { terraform: unknown };
  const json = TerraformJson.parse(whole);
  const references = new References(json, place);
  return {
    json,
    terraform: whole.terraform,
    warnings: stack.node.metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => data as unknown),
    types: Object.keys(json.resource).toSorted(),
    all: (type) =>
      Object.fromEntries(
        Object.entries(json.resource[type] ?? {}).map(([name, body]) => [
          name,
          // What only Terraform can compute, and what cdktf notes beside it.
          references.resolve(without(body, 'source_code_hash', 'source_hash', '//')),
        ]),
      ),
  };
}

export const without = (body: Body, ...names: string[]): Body =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** JSON within a text, as every policy, pattern and definition is. */
export const parsed = (text: unknown): unknown => JSON.parse(String(text));
