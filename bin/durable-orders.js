#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

// Plain JavaScript that old Node.js reads too: the command line is TypeScript, which needs Node.js 24, and people have
// the Node.js that their machine came with.

const LEAST_NODE = 24;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const main = at('../src/cli/main.ts');
const projectsNode = at('../node_modules/node/bin/node');
/** Of TypeScript that was read once: without it a command takes twice as long to start. */
const compileCache = at('../.cache/compiled');

if (Number.parseInt(process.versions.node, 10) >= LEAST_NODE) {
  module.enableCompileCache(compileCache);
  await import(main);
} else if (existsSync(projectsNode)) {
  handOver(projectsNode);
} else {
  console.error(
    `durable-orders needs Node.js ${LEAST_NODE} or later, and this is ${process.versions.node}: run "npm ci" in the project, which installs one, or use a newer Node.js.`,
  );
  process.exit(1);
}

/** A terminal's Ctrl-C reaches both processes; what is sent to this one alone is passed on. */
function handOver(node) {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} can't be run: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}
