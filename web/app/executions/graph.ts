import { graphlib, layout } from '@dagrejs/dagre';

/** The parts of a state in Amazon States Language that make the graph. */
interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string; ErrorEquals: string[] }[];
  ItemProcessor?: Definition;
}
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}

export interface GraphNode {
  name: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface GraphEdge {
  key: string;
  points: { x: number; y: number }[];
  isCatch: boolean;
}
export interface Graph {
  nodes: GraphNode[];
  /** Maps, around the states that are run for each item. */
  groups: GraphNode[];
  edges: GraphEdge[];
  width: number;
  height: number;
}

const HEIGHT = 34;
/** Of a letter and of what surrounds the name, in pixels. */
const [LETTER, AROUND] = [7.4, 44];

/** Places the states with dagre, which draws no edge to or from a group: those go to its first and from its last states. */
export function graphOf(definition: Definition): Graph {
  const graph = new graphlib.Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: 34, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const types = new Map<string, string>();
  add(graph, types, definition);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const nodes = graph.nodes().map((name): GraphNode => ({ ...graph.node(name), name, type: types.get(name) ?? '' }));
  const isGroup = ({ name }: GraphNode) => (graph.children(name) ?? []).length > 0;
  return {
    nodes: nodes.filter((node) => !isGroup(node)),
    groups: nodes.filter(isGroup),
    edges: graph.edges().map((edge) => {
      const { points } = graph.edge(edge) as { points: { x: number; y: number }[] };
      return { key: `${edge.v} ${edge.w} ${edge.name ?? ''}`, points, isCatch: edge.name === 'catch' };
    }),
    width,
    height,
  };
}

function add(graph: graphlib.Graph, types: Map<string, string>, { States }: Definition, parent?: string): void {
  for (const [name, state] of Object.entries(States)) {
    graph.setNode(name, { width: name.length * LETTER + AROUND, height: HEIGHT });
    types.set(name, state.Type);
    if (parent) graph.setParent(name, parent);
    if (state.ItemProcessor) add(graph, types, state.ItemProcessor, name);
  }
  for (const [name, state] of Object.entries(States)) {
    const onward = [state.Next, state.Default, ...(state.Choices ?? []).map(({ Next }) => Next)];
    for (const next of onward) if (next) connect(graph, States, name, next, 'next');
    for (const { Next } of state.Catch ?? []) connect(graph, States, name, Next, 'catch');
  }
}

function connect(graph: graphlib.Graph, states: Definition['States'], from: string, to: string, kind: string): void {
  const inner = states[to]?.ItemProcessor;
  const target = inner ? inner.StartAt : to;
  for (const source of lastOf(from, states[from]!)) graph.setEdge(source, target, {}, kind);
}

function lastOf(name: string, { ItemProcessor }: State): string[] {
  if (!ItemProcessor) return [name];
  const inner = Object.entries(ItemProcessor.States);
  return inner.filter(([, { Next, Choices }]) => !Next && !Choices).map(([state]) => state);
}

export const pathOf = (points: readonly { x: number; y: number }[]): string =>
  points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(' ');
