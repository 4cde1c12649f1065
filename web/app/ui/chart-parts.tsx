/** How all charts look. Colours are those of styles/tokens.css, and so follow the theme. */
export const MARGIN = { top: 6, right: 8, bottom: 0, left: -8 };
export const TICK = { fill: 'var(--muted)', fontSize: 12 };
export const CURSOR = { fill: 'var(--hover)', stroke: 'var(--line-strong)' };
export const LINE = { strokeWidth: 2, dot: false, connectNulls: true, isAnimationActive: false };

/** What is shown of the place that the pointer or the arrow keys are at. */
export const ChartTip = ({ title, facts }: { title: string; facts: readonly string[] }) => (
  <div className="chart-tip small">
    <strong>{title}</strong>
    {facts.map((fact) => (
      <p key={fact}>{fact}</p>
    ))}
  </div>
);
