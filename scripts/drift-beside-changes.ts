import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needEngine } from './need-engine.ts';

/**
 * Times `devenv drift` of many changed files in turn with the engine's own list
 * of changes, five times each, and prints what it takes beyond that.
 * Run by hand: `npx tsx scripts/drift-beside-changes.ts BASE-IMAGE [FILES]`, on
 * the engine that DOCKER_HOST names; DOCKER names the client.
 */
needEngine();
const [base = 'debian:bookworm-slim', files = '30000'] = process.argv.slice(2);
const bin = resolve(import.meta.dirname, '../bin/devenv.js');
const docker = process.env['DOCKER'] ?? 'docker';
const folder = mkdtempSync(join(tmpdir(), 'drift-beside-'));
const make = `perl -e '
  for my $n (0 .. ${files} - 1) {
    my $dir = "/opt/" . int($n / 1000); mkdir $dir;
    open F, ">", "$dir/file-$n" or die $!; print F "$n\\n" x 20; close F;
  }'`;

function devenv(...args: string[]): void {
  execFileSync(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

function time(program: string, args: readonly string[]): number {
  const begun = performance.now();
  const { status } = spawnSync(program, args, { cwd: folder, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: status ${String(status)}`);
  return (performance.now() - begun) / 1000;
}

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

writeFileSync(join(folder, 'devenv.yaml'), `version: 1\nname: drift-beside\nbase: ${base}\n`);
try {
  devenv('up', '--yes');
  devenv('exec', '--root', '--', 'sh', '-c', make);
  const filter = `label=dev.teamvm.folder=${folder}`;
  const container = execFileSync(docker, ['ps', '-q', '--filter', filter], { encoding: 'utf8' }).trim();
  const [changes, drift]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 5; turn += 1) {
    changes.push(time(docker, ['diff', container]));
    drift.push(time(process.execPath, [bin, 'drift']));
  }
  const [theirs, ours] = [median(changes), median(drift)];
  console.log(`the engine's changes: ${theirs.toFixed(2)} s`);
  console.log(`devenv drift: ${ours.toFixed(2)} s, ${(ours - theirs).toFixed(2)} s more`);
} finally {
  devenv('destroy', '--yes', '--discard', '--no-snapshot');
  rmSync(folder, { recursive: true });
}
