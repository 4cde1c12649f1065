#!/usr/bin/env node
// Plain JavaScript that any Node can read: Rollcall itself is TypeScript for the Node that the project brings.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ALLOCATOR } from './allocator.mjs';

const main = new URL('./main.ts', import.meta.url);
const command = [fileURLToPath(main), ...process.argv.slice(2)];
const env = { ...ALLOCATOR, ...process.env };
const own = ['node/bin/node', 'node/bin/node.exe']
  .map((path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)))
  .find((path) => existsSync(path));

if (own !== undefined && realpathSync(own) !== realpathSync(process.execPath)) {
  runWith(own);
} else if (process.features.typescript) {
  if (process.platform === 'linux' && process.execve && !isTuned()) {
    // In place of this process, so that whoever kills it kills Rollcall.
    process.execve(process.execPath, [process.execPath, ...process.execArgv, ...command], env);
  }
  await import(main.href);
} else {
  console.error(`Rollcall needs Node 22.18 or later, and this is ${process.version}. Run npm ci: it brings one.`);
  process.exitCode = 1;
}

function isTuned() {
  return Object.keys(ALLOCATOR).every((name) => name in process.env);
}

function runWith(node) {
  const child = spawn(node, command, { stdio: 'inherit', env });
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
