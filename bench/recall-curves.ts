import { readFile, writeFile } from 'node:fs/promises';
import type { Point } from './recall.ts';
import { SERIES, type Series } from './recall/series.ts';

/**
 * Draws the figures of bench/recall.ts as curves, and prints them as a table.
 *
 *   node bench/recall-curves.ts BEFORE.json AFTER.json docs/recall.svg
 */
const [beforeFile, afterFile, svgFile] = process.argv.slice(2);
if (beforeFile === undefined || afterFile === undefined || svgFile === undefined) {
  throw new Error('Three files are needed: the figures before and after, and the SVG to write.');
}
const readPoints = async (file: string) => JSON.parse(await readFile(file, 'utf8')) as Point[];
const [before, after] = [await readPoints(beforeFile), await readPoints(afterFile)];

const CHART = { width: 360, height: 190, left: 40, top: 34, plotWidth: 300, plotHeight: 110 };
const COLUMNS = 2;
const [BEFORE_COLOUR, AFTER_COLOUR] = ['#9a9a9a', '#1f6feb'];

const charts = SERIES.map(drawChart).join('\n');
const rows = Math.ceil(SERIES.length / COLUMNS);
const size = `width="${CHART.width * COLUMNS}" height="${CHART.height * rows + 24}"`;
const legend =
  `<text x="40" y="14" fill="${BEFORE_COLOUR}">grey: before</text>` +
  `<text x="140" y="14" fill="${AFTER_COLOUR}">blue: after</text><text x="240" y="14">faces found, in percent</text>`;
await writeFile(
  svgFile,
  `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11" fill="#444">
<rect width="100%" height="100%" fill="#fff"/>
${legend}
${charts}
</svg>
`,
);
printTable();

function drawChart({ name, title, unit, shots }: Series, index: number): string {
  const [x, y] = [(index % COLUMNS) * CHART.width, Math.floor(index / COLUMNS) * CHART.height + 16];
  const values = shots.map(([value]) => value);
  const xOf = (i: number) => CHART.left + (i * CHART.plotWidth) / Math.max(1, values.length - 1);
  const yOf = (percent: number) => CHART.top + CHART.plotHeight * (1 - percent / 100);
  const grid = [0, 50, 100].map(
    (percent) =>
      `<line x1="${CHART.left}" x2="${CHART.left + CHART.plotWidth}" y1="${yOf(percent)}" y2="${yOf(percent)}" stroke="#ddd"/>` +
      `<text x="${CHART.left - 6}" y="${yOf(percent) + 4}" text-anchor="end">${percent}</text>`,
  );
  const labels = values.map(
    (value, i) =>
      `<text x="${xOf(i)}" y="${CHART.top + CHART.plotHeight + 16}" text-anchor="middle">${value}${unit === '°' ? unit : ''}</text>`,
  );
  const line = (points: Point[], colour: string) => {
    const path = values.map((value, i) => `${xOf(i).toFixed(1)},${yOf(recallOf(points, name, value)).toFixed(1)}`);
    return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  };
  const heading = `<text x="${CHART.left}" y="${CHART.top - 12}" font-weight="bold">${title}${unit ? ` (${unit})` : ''}</text>`;
  const lines = line(before, BEFORE_COLOUR) + line(after, AFTER_COLOUR);
  return `<g transform="translate(${x} ${y})">${heading}${grid.join('')}${labels.join('')}${lines}</g>`;
}

function pointOf(points: readonly Point[], name: string, value: number): Point {
  const point = points.find((each) => each.series === name && each.value === value);
  if (!point) throw new Error(`There is no figure for ${name} ${value}. Run bench/recall.ts without --series.`);
  return point;
}

function recallOf(points: readonly Point[], name: string, value: number): number {
  const { found, faces } = pointOf(points, name, value);
  return (100 * found) / faces;
}

function printTable(): void {
  console.log('| series | value | faces | found before | found after | wrong before | wrong after |');
  console.log('| --- | --: | --: | --: | --: | --: | --: |');
  for (const { name, title, unit, shots } of SERIES) {
    for (const [value] of shots) {
      const [one, other] = [pointOf(before, name, value), pointOf(after, name, value)];
      const cells = [title, `${value} ${unit}`.trim(), one.faces, one.found, other.found, one.wrong, other.wrong];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}
