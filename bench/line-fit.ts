/** The slope of the straight line that fits the points best (least squares). NaN for fewer than two places. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x0 = mean(points.map(([x]) => x));
  const y0 = mean(points.map(([, y]) => y));
  const sum = (of: (x: number, y: number) => number) => points.reduce((total, [x, y]) => total + of(x - x0, y - y0), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
