import type { Json } from '../../local/step-functions/state-types.ts';

type Fields = Readonly<Record<string, Json>>;

/** The context object `$$`: the parts that the definitions read. */
export type Context = Fields;

/** Computes a value from a state's input and the context object. */
export type Selection = (input: Json, context: Context) => Json;

const compiled = new Map<string, Selection>();

/** A reference path such as `$.photo`, `$` or `$$.Execution.Id`. Indexes, filters and functions are not supported. */
export function select(path: string): Selection {
  const known = compiled.get(path);
  if (known) return known;
  if (!/^\$\$?(?:\.\w+)*$/.test(path)) throw new Error(`The simulation cannot evaluate ${path}.`);
  const [root, ...names] = path.split('.');
  const selection: Selection = (input, context) => {
    let value: Json | undefined = root === '$' ? input : context;
    for (const name of names) value = (value as Fields | undefined | null)?.[name];
    if (value === undefined) throw Object.assign(new Error(`${path} is not in the input.`), { name: 'States.Runtime' });
    return value;
  };
  compiled.set(path, selection);
  return selection;
}

/** Whether the path leads to a value. */
export function isPresent(path: string, input: Json, context: Context): boolean {
  try {
    select(path)(input, context);
    return true;
  } catch {
    return false;
  }
}

const templates = new WeakMap<object, Selection>();

/** Parameters and ItemSelector: fields ending in `.$` are paths. */
export function template(payload: Json): Selection {
  if (typeof payload !== 'object' || payload === null) return () => payload;
  const known = templates.get(payload);
  if (known) return known;
  const made = Array.isArray(payload) ? list(payload) : fields(payload);
  templates.set(payload, made);
  return made;
}

function list(payload: readonly Json[]): Selection {
  const parts = payload.map(template);
  return (input, context) => parts.map((part) => part(input, context));
}

function fields(payload: Fields): Selection {
  const parts = Object.entries(payload).map(([name, value]): [string, Selection] =>
    name.endsWith('.$') ? [name.slice(0, -2), select(String(value))] : [name, template(value)],
  );
  return (input, context) => {
    const result: Record<string, Json> = {};
    for (const [name, part] of parts) result[name] = part(input, context);
    return result;
  };
}

/** Puts a result where ResultPath says: `$`, one field, or nowhere. */
export function place(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined || path === '$') return result;
  if (path === null) return input;
  const [, name] = /^\$\.(\w+)$/.exec(path) ?? [];
  if (name === undefined) throw new Error(`The simulation cannot place a result at ${path}.`);
  return { ...(input as Fields), [name]: result };
}
