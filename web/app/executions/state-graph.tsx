import { type CSSProperties, useMemo } from 'react';
import { statusOf, type Visit } from '../../../client/executions/visits.ts';
import { type Definition, type GraphNode, graphOf, pathOf } from './graph.ts';

interface Props {
  definition: Definition;
  visits: readonly Visit[];
  chosen: string | undefined;
  onChoose(state: string): void;
}

/** The state machine, each state with how it stands. */
export function StateGraph({ definition, visits, chosen, onChoose }: Props) {
  const graph = useMemo(() => graphOf(definition), [definition]);
  const byState = useMemo(() => Map.groupBy(visits, ({ state }) => state), [visits]);
  return (
    <div className="graph" style={{ width: graph.width, height: graph.height }}>
      {graph.groups.map((group) => (
        <div key={group.name} className="graph-group" style={placeOf(group)}>
          <span>{group.name}</span>
        </div>
      ))}
      <svg width={graph.width} height={graph.height} aria-hidden>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0.5 L7.5 4 L0 7.5 Z" />
          </marker>
        </defs>
        {graph.edges.map(({ key, points, isCatch }) => (
          <path
            key={key}
            d={pathOf(points)}
            className={`graph-edge ${isCatch ? 'is-catch' : ''}`}
            markerEnd="url(#arrow)"
          />
        ))}
      </svg>
      {graph.nodes.map((node) => {
        const its = byState.get(node.name) ?? [];
        const status = statusOf(its);
        const failures = its.reduce((sum, { errors }) => sum + errors.length, 0);
        return (
          <button
            key={node.name}
            type="button"
            className={`graph-node is-${status ?? 'untouched'}`}
            style={placeOf(node)}
            aria-pressed={node.name === chosen}
            aria-label={`${node.name}, ${node.type}: ${status ?? 'not entered'}${its.length > 1 ? `, ${its.length} times` : ''}${failures > 0 ? `, failed attempts: ${failures}` : ''}`}
            onClick={() => onChoose(node.name)}
          >
            <span className="graph-dot" />
            {node.name}
            {its.length > 1 && <span className="graph-count number">{its.length}</span>}
          </button>
        );
      })}
    </div>
  );
}

const placeOf = ({ x, y, width, height }: GraphNode): CSSProperties => ({
  left: x - width / 2,
  top: y - height / 2,
  width,
  height,
});
