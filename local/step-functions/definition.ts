import type { StateGraph, Json, State } from './state-types.ts';
import { isSupportedResource } from './tasks.ts';

/** Parses a definition. Throws an error that lists everything in it that cannot run here, with its state. */
export function parseDefinition(text: string, machine: string): StateGraph {
  const graph = JSON.parse(text, rewriteForLibrary) as StateGraph & { QueryLanguage?: string };
  const problems = graph.QueryLanguage === 'JSONata' ? ['QueryLanguage JSONata'] : [...unsupportedIn(graph)];
  if (problems.length === 0) return graph;
  throw new Error(`The state machine ${machine} cannot run locally:\n${problems.map((one) => `- ${one}`).join('\n')}`);
}

function* unsupportedIn(graph: StateGraph): Generator<string> {
  for (const name of [graph.StartAt, ...Object.values(graph.States).flatMap(nextStates)]) {
    if (!Object.hasOwn(graph.States, name)) yield `there is no state ${name}`;
  }
  for (const [name, state] of Object.entries(graph.States)) {
    if (state.Type === 'Task' && !isSupportedResource(state.Resource ?? ''))
      yield `${name}: Resource ${state.Resource}`;
    if ('QueryLanguage' in state && state.QueryLanguage === 'JSONata') yield `${name}: QueryLanguage JSONata`;
    if ('Assign' in state) yield `${name}: Assign`;
    if (state.Type === 'Map') {
      if (state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED') yield `${name}: a Distributed Map`;
      if ('ItemReader' in state || 'ItemBatcher' in state || 'ResultWriter' in state)
        yield `${name}: a Distributed Map`;
      if ('ToleratedFailurePercentage' in state || 'ToleratedFailureCount' in state)
        yield `${name}: tolerated failures`;
    }
    for (const inner of innerGraphs(state)) yield* unsupportedIn(inner);
  }
}

function nextStates(state: State): string[] {
  const choices = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
  return [state.Next, state.Default, ...choices].filter((name) => name !== undefined);
}

/** The graphs inside a state: the processor of a Map, the branches of a Parallel. */
export function innerGraphs(state: State): readonly StateGraph[] {
  const processor = state.ItemProcessor ?? state.Iterator;
  return state.Branches ?? (processor ? [processor] : []);
}

/**
 * Rewrites what aws-local-stepfunctions 3.0.0 handles wrongly:
 * - it sets `$$.Execution.Input` to the input it is given, which here is that of one state, so `$$.Execution` becomes
 *   `$$.Run`;
 * - it reads the ResultPath `$` as a key of that name, so the default, which means the same, is used;
 * - its tests `IsPresent: false`, `IsNull: false`, … are never true, so they become `Not`.
 */
function rewriteForLibrary(this: unknown, key: string, value: Json): Json | undefined {
  if (key === 'ResultPath' && value === '$') return undefined;
  if (typeof value === 'string') return isPath(key) ? value.replaceAll(/\$\$\.Execution\b/gu, '$$$$.Run') : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const negatedTest =
    value['Variable'] && Object.keys(value).find((name) => /^Is[A-Z]/u.test(name) && value[name] === false);
  if (!negatedTest) return value;
  const { Variable, [negatedTest]: _, ...rest } = value;
  return { ...rest, Not: { Variable: Variable ?? '', [negatedTest]: true } };
}

function isPath(key: string): boolean {
  return key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
}
