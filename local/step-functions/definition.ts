import type { Chart, Json, State } from './state-types.ts';
import { isKnownResource } from './tasks.ts';

/** Reads a definition and refuses what this does not run, each with its state, rather than run it differently. */
export function parseDefinition(text: string, machine: string): Chart {
  const chart = JSON.parse(text, mend) as Chart & { QueryLanguage?: string };
  const problems = chart.QueryLanguage === 'JSONata' ? ['QueryLanguage JSONata'] : [...unknownIn(chart)];
  if (problems.length === 0) return chart;
  throw new Error(`The state machine ${machine} cannot run locally:\n${problems.map((one) => `- ${one}`).join('\n')}`);
}

function* unknownIn(chart: Chart): Generator<string> {
  for (const name of [chart.StartAt, ...Object.values(chart.States).flatMap(targets)]) {
    if (!Object.hasOwn(chart.States, name)) yield `there is no state ${name}`;
  }
  for (const [name, state] of Object.entries(chart.States)) {
    if (state.Type === 'Task' && !isKnownResource(state.Resource ?? '')) yield `${name}: Resource ${state.Resource}`;
    if ('QueryLanguage' in state && state.QueryLanguage === 'JSONata') yield `${name}: QueryLanguage JSONata`;
    if ('Assign' in state) yield `${name}: Assign`;
    if (state.Type === 'Map') {
      if (state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED') yield `${name}: a Distributed Map`;
      if ('ItemReader' in state || 'ItemBatcher' in state || 'ResultWriter' in state)
        yield `${name}: a Distributed Map`;
      if ('ToleratedFailurePercentage' in state || 'ToleratedFailureCount' in state)
        yield `${name}: tolerated failures`;
    }
    for (const inner of charts(state)) yield* unknownIn(inner);
  }
}

function targets(state: State): string[] {
  const choices = [...(state.Choices ?? []), ...(state.Catch ?? [])].map(({ Next }) => Next);
  return [state.Next, state.Default, ...choices].filter((name) => name !== undefined);
}

/** The charts inside a state: the processor of a Map, the branches of a Parallel. */
export function charts(state: State): readonly Chart[] {
  const processor = state.ItemProcessor ?? state.Iterator;
  return state.Branches ?? (processor ? [processor] : []);
}

/**
 * Writes what aws-local-stepfunctions 3.0.0 gets wrong so that it gets it right:
 * - it puts the input it is given into `$$.Execution.Input`, and that is one state's here: our own is `$$.Run`;
 * - it takes the ResultPath `$` for a key of that name;
 * - its tests `IsPresent: false`, `IsNull: false`, … are never true.
 */
function mend(this: unknown, key: string, value: Json): Json | undefined {
  if (key === 'ResultPath' && value === '$') return undefined;
  if (typeof value === 'string') return isPath(key) ? value.replaceAll(/\$\$\.Execution\b/gu, '$$$$.Run') : value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const negative =
    value['Variable'] && Object.keys(value).find((name) => /^Is[A-Z]/u.test(name) && value[name] === false);
  if (!negative) return value;
  const { Variable, [negative]: _, ...rest } = value;
  return { ...rest, Not: { Variable: Variable ?? '', [negative]: true } };
}

function isPath(key: string): boolean {
  return key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
}
