import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needEngine } from './need-engine.ts';

/**
 * Commits 300 times in a row and prints layers and milliseconds of each. Every
 * 50 commits the workspace is made anew: its layers count as any others. The
 * last five are done in turn with commits 8 to 12 of another project, so that
 * both are measured on a machine that is equally busy.
 * Run by hand: `npx tsx scripts/commit-300.ts BASE-IMAGE [COUNT]`, on the
 * engine that DOCKER_HOST names.
 */
needEngine();
const [base = 'debian:bookworm-slim', count = '300'] = process.argv.slice(2);
const bin = resolve(import.meta.dirname, '../bin/devenv.js');

interface Row {
  readonly ms: number;
  readonly layers: number;
}

interface Series {
  readonly rows: Row[];
  readonly commit: () => void;
  readonly end: () => void;
}

/** A project with a workspace, to be committed one time after the other. */
function openSeries(name: string): Series {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const devenv = (...args: string[]): void => {
    execFileSync(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const inside = (script: string): void => devenv('exec', '--root', '--', 'sh', '-c', script);
  writeFileSync(join(folder, 'devenv.yaml'), `version: 1\nname: ${name}\nbase: ${base}\n`);
  devenv('up', '--yes');
  const rows: Row[] = [];
  return {
    rows,
    commit: () => {
      const at = rows.length + 1;
      inside(`echo ${String(at)} > /opt/file-${String(at)}; rm -f /opt/file-${String(at - 5)}`);
      if (at % 50 === 0) {
        devenv('commit', '--yes', '-m', 'before the workspace is made anew');
        devenv('destroy', '--yes');
        devenv('up');
        inside(`echo anew > /opt/anew-${String(at)}`);
      }
      const begun = performance.now();
      devenv('commit', '--yes', '-m', `commit ${String(at)}`);
      const ms = performance.now() - begun;
      const lock = readFileSync(join(folder, 'devenv-lock.yaml'), 'utf8');
      const layers = Number([...lock.matchAll(/layers: (\d+)/g)].at(-1)?.[1]);
      rows.push({ ms, layers });
      console.log(`${name}\t${String(at)}\t${String(Math.round(ms))} ms\t${String(layers)} layers`);
    },
    end: () => {
      devenv('destroy', '--yes', '--discard', '--no-snapshot');
      rmSync(folder, { recursive: true });
    },
  };
}

/** Of five neighbours, so that one busy moment does not count. */
const medianOfLast = ({ rows }: Series): number => {
  const last = rows.slice(-5).map(({ ms }) => ms);
  return last.sort((a, b) => a - b)[last.length >> 1] ?? Number.NaN;
};

const [many, few] = [openSeries('commit-300'), openSeries('commit-10')];
for (let at = 1; at <= Number(count) - 5; at += 1) many.commit();
for (let at = 1; at <= 7; at += 1) few.commit();
for (let at = 1; at <= 5; at += 1) {
  few.commit();
  many.commit();
}
many.end();
few.end();
const [early, late] = [medianOfLast(few), medianOfLast(many)];
console.log(`median of commits 8 to 12: ${early.toFixed(0)} ms`);
console.log(`median of the last five: ${late.toFixed(0)} ms, ${(late / early).toFixed(2)} times that`);
const layers = many.rows.map((row) => row.layers);
console.log(`layers: ${String(Math.max(...layers))} at most, ${String(layers.at(-1))} at the end`);
