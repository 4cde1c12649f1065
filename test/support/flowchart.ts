import { ENROLMENT_FAULTS, IMAGE_FAULTS } from '../../schemas/errors.ts';
import type { Machine } from '../../statemachines/asl.ts';

type State = Machine['States'][string];
type Choice = Extract<State, { Type: 'Choice' }>['Choices'][number];

/** Lists of errors that are caught together, by the name that stands for them in the diagram. */
export const ERROR_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'image fault': IMAGE_FAULTS,
  'enrolment fault': ENROLMENT_FAULTS,
};

/** Draws a state machine as a Mermaid flowchart: GitHub shows it as a picture. */
export function flowchartOf(machine: Machine): string {
  return [
    'flowchart TD',
    ...indent(['START(( )) --> ' + idOf(machine.StartAt), ...statesOf(machine)]),
    ...indent(['classDef point fill:#555,stroke:#555', 'class START point']),
  ].join('\n');
}

const statesOf = ({ States }: Machine): string[] =>
  Object.entries(States).flatMap(([name, state]) => [...nodeOf(name, state), ...edgesOf(idOf(name), state)]);

function nodeOf(name: string, state: State): string[] {
  const id = idOf(name);
  if (state.Type === 'Choice') return [`${id}{"${name}"}`];
  if (state.Type === 'Wait') {
    const length = 'Seconds' in state ? `${state.Seconds} s` : `until ${state.TimestampPath}`;
    return [`${id}[/"${name}<br/>${length}"/]`];
  }
  if (state.Type === 'Succeed') return [`${id}([${name}])`];
  if (state.Type === 'Task')
    return [`${id}["${name}${state.Resource.endsWith(':::events:putEvents') ? '<br/>events:putEvents' : ''}"]`];
  const { ItemsPath, MaxConcurrency, ItemProcessor } = state;
  const title = `${name}: for each of ${ItemsPath}, ${MaxConcurrency} at a time`;
  return [`subgraph ${id}["${title}"]`, ...indent(statesOf(ItemProcessor)), 'end'];
}

function edgesOf(id: string, state: State): string[] {
  const edges: string[] = [];
  if (state.Type === 'Choice') {
    edges.push(...state.Choices.map((choice) => `${id} -- "${conditionOf(choice)}" --> ${idOf(choice.Next)}`));
    edges.push(`${id} -- "otherwise" --> ${idOf(state.Default)}`);
  }
  if ('Next' in state) edges.push(`${id} --> ${idOf(state.Next)}`);
  const catchers = state.Type === 'Task' || state.Type === 'Map' ? (state.Catch ?? []) : [];
  return [...edges, ...catchers.map((one) => `${id} -. "${caughtBy(one.ErrorEquals)}" .-> ${idOf(one.Next)}`)];
}

function conditionOf({ Variable, Next: _, ...comparison }: Choice): string {
  const [[operator, value] = []] = Object.entries(comparison);
  if (operator === 'IsPresent') return `${Variable} is there`;
  return `${Variable} ${operator === 'BooleanEquals' ? 'is' : '='} ${value}`;
}

/** Each group by its name, then the errors that belong to none. */
function caughtBy(errors: readonly string[]): string {
  const groups = Object.entries(ERROR_GROUPS).filter(([, group]) => group.every((error) => errors.includes(error)));
  const grouped = new Set(groups.flatMap(([, group]) => group));
  return [...groups.map(([name]) => name), ...errors.filter((error) => !grouped.has(error))].join(' or ');
}

/** Mermaid reads punctuation as syntax. */
const idOf = (name: string) => name.replaceAll(/\W/g, '_');

const indent = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
