// npm run replay -- case.json …: runs recorded executions again, and prints how they differ from what was recorded.
import { readFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { Case } from '../../schemas/case.ts';
import { startReplayAccount } from './replay-account.ts';
import { replay, type ReplayResult } from './replay.ts';
import { differences } from './differences.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Name one case or more: npm run replay -- case.json');
  process.exit(2);
}

const lab = await startReplayAccount();
try {
  for (const file of files) {
    const recorded = Case.parse(JSON.parse(await readFile(file, 'utf8')));
    console.log(styleText('bold', file));
    try {
      if (!print(recorded, await replay(lab, recorded))) process.exitCode = 1;
    } catch (error) {
      console.log(`  ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
} finally {
  await lab.close();
}

/** Gives whether it went as it was recorded. */
function print(recorded: Case, replayed: ReplayResult): boolean {
  for (const state of replayed.path) {
    const errors = replayed.errors[state] ?? [];
    console.log(`  ${state}${errors.length > 0 ? `  failed with ${counted(errors)}` : ''}`);
  }
  console.log(`  ${[replayed.end.status, replayed.end.error].filter(Boolean).join(': ')}`);
  const found = differences(recorded, replayed);
  for (const { what, ...outcomes } of found) {
    console.log(`  ${what}`);
    console.log(styleText('red', `  - ${JSON.stringify(outcomes.recorded)}`));
    console.log(styleText('green', `  + ${JSON.stringify(outcomes.replayed)}`));
  }
  if (found.length === 0) console.log('  As it was recorded.');
  return found.length === 0;
}

function counted(errors: readonly string[]): string {
  return [...Map.groupBy(errors, (name) => name)].map(([name, all]) => `${name} (${all.length})`).join(', ');
}
