import type { Rate } from './rates.ts';

const [WIDTH, HEIGHT] = [640, 400];
const MARGIN = { left: 60, right: 20, top: 40, bottom: 50 };

/** Both rates over the threshold, as a picture. The vertical scale is a share of the pairs, from none to all. */
export function drawCurve(rates: readonly Rate[], pairs: { readonly same: number; readonly other: number }): string {
  const x = (threshold: number) => MARGIN.left + (threshold / 100) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (share: number) => HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const line = (share: (rate: Rate) => number, colour: string) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${rates
      .map((rate) => `${x(rate.threshold).toFixed(1)},${y(share(rate)).toFixed(1)}`)
      .join(' ')}"/>`;
  const label = (text: string, at: readonly [number, number], anchor = 'middle', colour = '#333') =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;
  const ticks = [0, 20, 40, 60, 80, 100].flatMap((value) => [
    `<path stroke="#ddd" d="M${x(value)} ${y(0)}V${y(1)}M${x(0)} ${y(value / 100)}H${x(100)}"/>`,
    label(String(value), [x(value), y(0) + 18]),
    label(`${value} %`, [x(0) - 8, y(value / 100) + 4], 'end'),
  ]);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...ticks,
    line(({ falseMatches }) => falseMatches / Math.max(1, pairs.other), '#c0392b'),
    line(({ misses }) => misses / Math.max(1, pairs.same), '#2471a3'),
    label(`false matches of ${pairs.other} pairs of two people`, [x(0), 18], 'start', '#c0392b'),
    label(`misses of ${pairs.same} pairs of one person`, [x(100), 18], 'end', '#2471a3'),
    label('threshold, in per cent of similarity', [x(50), HEIGHT - 12]),
    '</svg>\n',
  ].join('\n');
}
