import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Commits 300 times in a row and prints layers and milliseconds of each. Every
 * 50 commits the workspace is made anew: its layers count as any others.
 * Run by hand: `npx tsx scripts/commit-300.ts BASE-IMAGE [COUNT]`, on the
 * engine that DOCKER_HOST names.
 */
const [base = 'debian:bookworm-slim', count = '300'] = process.argv.slice(2);
const bin = resolve(import.meta.dirname, '../bin/devenv.js');
const folder = mkdtempSync(join(tmpdir(), 'commit-300-'));
const devenv = (...args: string[]): void => {
  execFileSync(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
};

writeFileSync(join(folder, 'devenv.yaml'), `version: 1\nname: commit-300\nbase: ${base}\n`);
devenv('up', '--yes');
const times: number[] = [];
let [most, layersNow] = [0, 0];
for (let at = 1; at <= Number(count); at += 1) {
  devenv(
    'exec',
    '--root',
    '--',
    'sh',
    '-c',
    `echo ${String(at)} > /opt/file-${String(at)}; rm -f /opt/file-${String(at - 5)}`,
  );
  if (at % 50 === 0) {
    devenv('commit', '--yes', '-m', 'before the workspace is made anew');
    devenv('destroy', '--yes');
    devenv('up');
    devenv('exec', '--root', '--', 'sh', '-c', `echo anew > /opt/anew-${String(at)}`);
  }
  const begun = performance.now();
  devenv('commit', '--yes', '-m', `commit ${String(at)}`);
  times.push(performance.now() - begun);
  const lock = readFileSync(join(folder, 'devenv-lock.yaml'), 'utf8');
  layersNow = Number([...lock.matchAll(/layers: (\d+)/g)].at(-1)?.[1]);
  most = Math.max(most, layersNow);
  console.log(`${String(at)}\t${String(Math.round(times.at(-1) ?? 0))} ms\t${String(layersNow)} layers`);
}
devenv('destroy', '--yes', '--discard');
/** Of five neighbours, so that one busy moment does not count. Numbers of commits, from 1. */
const median = (first: number, last: number): number =>
  times.slice(first - 1, last).sort((a, b) => a - b)[(last - first) >> 1] ?? Number.NaN;
const [early, late] = [median(8, 12), median(Number(count) - 4, Number(count))];
console.log(`median of commits 8 to 12: ${early.toFixed(0)} ms`);
console.log(`median of the last five: ${late.toFixed(0)} ms, ${(late / early).toFixed(2)} times that`);
console.log(`layers: ${String(most)} at most, ${String(layersNow)} at the end`);
