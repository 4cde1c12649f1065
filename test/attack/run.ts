// npm run attack: tries to get into an embedded account and to damage it. Ends with one line of figures.
import { provideStack } from '../support/stack.ts';
import { attack } from './attack.ts';

const stack = await provideStack();
const force = { keys: 10_000, listings: 100, connections: 1000, bodyMb: 300 };
const { count, gotIn, damaged } = await attack({ force, progress: (text) => console.log(text) }).finally(stack.remove);
for (const name of gotIn) console.log(`got in: ${name}`);
for (const name of damaged) console.log(`damaged: ${name}`);
if (gotIn.length + damaged.length > 0) process.exitCode = 1;
console.log(`${count} attempts, ${gotIn.length} got in, ${damaged.length} left it damaged`);
