import type { EventBridgeEvent, Target } from './event.ts';

/** The input of a target, as JSON text. */
export function targetInput(
  target: Target,
  event: EventBridgeEvent,
  rule: { name: string; arn: string },
  now: Date,
): string {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) return JSON.stringify(at(event, target.inputPath) ?? null);
  if (target.inputTransformer === undefined) return JSON.stringify(event);
  const { inputPaths = {}, inputTemplate } = target.inputTransformer;
  const values = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', now.toISOString()],
    ['aws.events.event', event],
    ['aws.events.event.json', event],
    ...Object.entries(inputPaths).map(([name, path]) => [name, at(event, path)] as const),
  ]);
  return fill(inputTemplate, values);
}

/** `$.detail.object.key`, with `[0]` for elements. */
function at(event: unknown, path: string): unknown {
  let value = event;
  for (const [, name, index] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    value = (value as Record<string, unknown> | null | undefined)?.[name ?? index ?? ''];
  }
  return value;
}

/** A `<name>` inside a JSON string becomes part of it; elsewhere it becomes a JSON value. */
function fill(template: string, values: ReadonlyMap<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\[^]|"|<([\w.-]+)>/g, (token, name?: string) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return token;
    const json = JSON.stringify(values.get(name) ?? null);
    if (!quoted) return json;
    const text = values.get(name) ?? '';
    return JSON.stringify(typeof text === 'string' ? text : json).slice(1, -1);
  });
}
