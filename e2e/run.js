// Runs the journeys with Node's own test runner: TAP for scripts, readable lines on a terminal.
// `node run.js` runs all, `node run.js PATTERN` those whose title matches.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['harness', 'journeys'];
const files = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.test.js'))
    .sort()
    .map((name) => join(folder, name)),
);
const [pattern] = process.argv.slice(2);
const reporter = process.stdout.isTTY ? 'spec' : 'tap';
const chosen = pattern ? ['--test-name-pattern', pattern] : [];
// Two files at a time: a journey waits for its browser and its demo in turn, so one alone leaves half of a machine idle.
const report = [`--test-reporter=${reporter}`, '--test-reporter-destination=stdout'];
const options = ['--test', '--test-concurrency=2', ...report, ...chosen];
const { status } = spawnSync(process.execPath, [...options, ...files], { stdio: 'inherit' });
process.exit(status ?? 1);
