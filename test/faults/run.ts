// npm run faults: each call of each task by each fault, a table, and one line of figures.
import { parseArgs } from 'node:util';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { nameOf } from './injector.ts';
import { faultCases, runFaultCase, type FaultCase, type Outcome } from './matrix.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { prepareStack } from '../support/stack.ts';
import { startFaultAccount, type FaultAccount } from './fault-account.ts';
import { markdownOf, tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Accounts side by side. A run mostly waits. */
    lanes: { type: 'string', default: '4' },
    /** Only calls whose name contains it. */
    only: { type: 'string', default: '' },
    markdown: { type: 'boolean', default: false },
  },
});

const folders = await prepareStack({ functionSeconds: 2, deliveries: 4, faceConcurrency: 1 });
const engine = new CachingEngine(folders.faces);
const pictures = await makeSamplePictures();
const stands: FaultAccount[] = [];
try {
  for (let lane = 0; lane < Number(values.lanes); lane += 1) stands.push(await startFaultAccount(folders, engine));
  const [first] = stands;
  if (!first) throw new Error('There is no lane.');
  const all = await faultCases(first, pictures);
  // No photo waits for what a schedule asks: one that fails is asked again a moment later.
  const silent = TASK_NAMES.filter(
    (task) => task !== 'measure-backlog' && !all.some(({ target }) => target.task === task),
  );
  if (silent.length > 0) throw new Error(`No scenario reaches ${silent.join(', ')}.`);
  const cells = all.filter(({ target }) => nameOf(target).includes(values.only));
  const outcomes = await inLanes(cells);
  for (const { cell, problems } of outcomes.filter(({ problems: faults }) => faults.length > 0)) {
    console.log(`${nameOf(cell.target)}, ${cell.fault.name} (${cell.scenario.name}):`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  console.log(values.markdown ? markdownOf(outcomes) : tableOf(outcomes));
  const survived = outcomes.filter(({ problems }) => problems.length === 0).length;
  if (survived < outcomes.length) process.exitCode = 1;
  console.log(`survived ${survived} of ${outcomes.length}`);
} finally {
  await Promise.all(stands.map((stand) => stand.close()));
  await engine.close();
  await folders.remove();
}

/** Each lane takes the next cell; the outcomes keep the cells' order. */
async function inLanes(cells: readonly FaultCase[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  await Promise.all(
    stands.map(async (stand) => {
      for (let at = next++; at < cells.length; at = next++) {
        const cell = cells[at];
        if (cell) outcomes[at] = await runFaultCase(stand, pictures, cell);
        if (process.stderr.isTTY) process.stderr.write(`\r${next} of ${cells.length}`);
      }
    }),
  );
  return outcomes;
}
