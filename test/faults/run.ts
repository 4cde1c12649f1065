// npm run faults: each call of each task with each fault. Prints a table and one line of figures.
import { parseArgs } from 'node:util';
import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { SCENARIOS } from '../support/scenarios.ts';
import { prepareStack } from '../support/stack.ts';
import { startFaultAccount, type FaultAccount } from './fault-account.ts';
import { nameOf } from './injector.ts';
import { faultCases, runFaultCase, type FaultCase, type Outcome } from './matrix.ts';
import { markdownOf, tableOf } from './table.ts';

const { values } = parseArgs({
  options: {
    /** Accounts that run at the same time. A run mostly waits. */
    concurrency: { type: 'string', default: '4' },
    /** When a function times out. Longer on a busy machine, where a function that nothing disturbs may need it. */
    'function-seconds': { type: 'string', default: '3' },
    /** Only calls whose name contains it. */
    only: { type: 'string', default: '' },
    /** Only the scenarios whose name matches it, a regular expression. */
    scenario: { type: 'string', default: '' },
    markdown: { type: 'boolean', default: false },
  },
});

/** Left out: what one run of a schedule misses, the next one makes up for. */
const SCHEDULED: readonly TaskName[] = ['measure-backlog', 'record-lost-failures'];

const prepared = await prepareStack({
  functionSeconds: Number(values['function-seconds']),
  deliveries: 4,
  faceConcurrency: 1,
});
const engine = new CachingEngine(prepared.faces);
const pictures = await makeSamplePictures();
const accounts: FaultAccount[] = [];
try {
  for (let started = 0; started < Number(values.concurrency); started += 1) {
    accounts.push(await startFaultAccount(prepared.stack, engine));
  }
  const [first] = accounts;
  if (!first) throw new Error('--concurrency must be at least 1.');
  const scenarios = SCENARIOS.filter(({ name }) => new RegExp(values.scenario).test(name));
  const all = await faultCases(first, pictures, scenarios);
  for (const [name, cases] of Map.groupBy(all, ({ scenario }) => scenario.name)) {
    process.stderr.write(`${cases.length} cases: ${name}\n`);
  }
  const missing = TASK_NAMES.filter(
    (task) => !SCHEDULED.includes(task) && !all.some(({ target }) => target.task === task),
  );
  if (missing.length > 0 && values.scenario === '') throw new Error(`No scenario reaches ${missing.join(', ')}.`);
  const chosen = all.filter(({ target }) => nameOf(target).includes(values.only));
  const outcomes = await runConcurrently(chosen);
  console.log(values.markdown ? markdownOf(outcomes) : tableOf(outcomes));
  const survived = outcomes.filter(({ problems }) => problems.length === 0).length;
  if (survived < outcomes.length) process.exitCode = 1;
  console.log(`survived ${survived} of ${outcomes.length}`);
} finally {
  await Promise.all(accounts.map((account) => account.close()));
  await engine.close();
  await prepared.remove();
}

/** Each account takes the next case, until Ctrl-C. The outcomes are in the order of the cases. */
async function runConcurrently(cases: readonly FaultCase[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  process.once('SIGINT', () => (next = cases.length));
  await Promise.all(
    accounts.map(async (account) => {
      for (let at = next++; at < cases.length; at = next++) {
        const faultCase = cases[at];
        if (faultCase) report((outcomes[at] = await runFaultCase(account, pictures, faultCase)));
        if (process.stderr.isTTY) process.stderr.write(`\r${next} of ${cases.length}`);
        else if (at % 50 === 0) process.stderr.write(`${at} of ${cases.length}\n`);
      }
    }),
  );
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** At once: a whole run takes an hour. */
function report({ faultCase: { target, fault, scenario }, problems }: Outcome): void {
  if (problems.length === 0) return;
  console.log(`${nameOf(target)}, ${fault.name} (${scenario.name}):`);
  for (const problem of problems) console.log(`  ${problem}`);
}
