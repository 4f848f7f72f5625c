import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needEngine } from './need-engine.ts';

/**
 * Has devenv look at, and commit, many small files (empty ones mostly, which
 * take no space on the disk) and one large one, leave some of the files out,
 * and merge the layers of all when the large one is deleted; prints how much
 * memory it took at most.
 * Run by hand: `npx tsx scripts/commit-large.ts BASE-IMAGE [FILES] [GIGABYTES]`,
 * on the engine that DOCKER_HOST names.
 */
needEngine();
const [base = 'debian:bookworm-slim', files = '1000000', gigabytes = '4'] = process.argv.slice(2);
const bin = resolve(import.meta.dirname, '../bin/devenv.js');
const folder = mkdtempSync(join(tmpdir(), 'commit-large-'));

const make = `mkdir -p /opt/small && cd /opt/small && perl -e '
  for my $n (0 .. ${files} - 1) {
    mkdir int($n / 1000) if $n % 1000 == 0;
    open F, ">", int($n / 1000) . "/file-$n" or die $!; print F "$n\\n" if $n % 100 == 0; close F;
  }'`;
const large = `head -c ${String(Math.round(Number(gigabytes) * 1e9))} /dev/urandom >/opt/large`;

/** Kilobytes at most so far; none when the process is gone. */
function readPeak(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function measure(...args: string[]): Promise<void> {
  const begun = performance.now();
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, readPeak(child.pid ?? 0));
  }, 50);
  const status = await new Promise((done) => child.on('close', done));
  clearInterval(timer);
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${args.join(' ')}\t${seconds.toFixed(1)} s\t${(peak / 1024).toFixed(0)} MB at most\tstatus ${String(status)}`,
  );
}

function devenv(...args: string[]): void {
  execFileSync(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

const yaml = `version: 1\nname: commit-large\nbase: ${base}\n`;
writeFileSync(join(folder, 'devenv.yaml'), yaml);
try {
  devenv('up', '--yes');
  if (Number(gigabytes) > 0) {
    devenv('exec', '--root', '--', 'sh', '-c', large);
    await measure('commit', '--yes', '-m', 'one large file');
  }
  if (Number(files) > 0) {
    devenv('exec', '--root', '--', 'sh', '-c', make);
    await measure('drift');
    await measure('drift', '--files');
    await measure('drift', '--files', '--json');
    writeFileSync(join(folder, 'devenv.yaml'), `${yaml}commit: {exclude: [/opt/small/0/file-1]}\n`);
    await measure('commit', '--yes', '-m', 'many files but one');
    if (Number(gigabytes) > 0) {
      devenv('exec', '--root', '--', 'rm', '/opt/large');
      await measure('commit', '--yes', '-m', 'layers merged');
    }
  }
} finally {
  devenv('destroy', '--yes', '--discard');
  rmSync(folder, { recursive: true });
}
