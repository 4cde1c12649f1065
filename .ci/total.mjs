// Adds up what each run of tests counted; a step that failed outside the tests counts as one failure.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);
const runs = readFileSync(file, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
const sum = (what) => runs.reduce((total, run) => total + run[what], 0);
const failed = sum('failed') || Number(status !== '0');
const skipped = sum('skipped');
console.log(`${sum('passed')} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
