import { execFile } from 'node:child_process';

/**
 * What `npm test` does before the tests: lint, format, types and generated
 * files, side by side. Prints all that any of them says, each in one piece.
 */
const checks: readonly (readonly [name: string, ...args: string[]])[] = [
  ['oxlint', '--type-aware'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['tsc'],
  ['tsx', 'scripts/generate-schemas.ts', '--check'],
  ['tsx', 'scripts/generate-page.ts', '--check'],
  ['tsx', 'scripts/generate-docs.ts', '--check'],
];

/** Runs a program of node_modules/.bin, which npm has put on PATH; gives whether it found nothing. */
function run([name, ...args]: (typeof checks)[number]): Promise<boolean> {
  return new Promise((settle) => {
    execFile(name, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      process.stdout.write(stdout + stderr);
      if (error !== null) console.error(`${[name, ...args].join(' ')}: ${error.message.split('\n')[0] ?? ''}`);
      settle(error === null);
    });
  });
}

const results = await Promise.all(checks.map(run));
if (results.includes(false)) process.exitCode = 1;
