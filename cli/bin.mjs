#!/usr/bin/env node
// Plain JavaScript that any Node can read: Rollcall itself is TypeScript for the Node that the project brings.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = new URL('./main.ts', import.meta.url);
const own = ['node/bin/node', 'node/bin/node.exe']
  .map((path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)))
  .find((path) => existsSync(path));

if (own !== undefined && realpathSync(own) !== realpathSync(process.execPath)) {
  runWith(own);
} else if (process.features.typescript) {
  await import(main.href);
} else {
  console.error(`Rollcall needs Node 22.18 or later, and this is ${process.version}. Run npm ci: it brings one.`);
  process.exitCode = 1;
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us; once more would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    console.error(`${node} does not start: ${error.message}. Run npm ci again.`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
