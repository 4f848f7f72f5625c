import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './install.ts';
import type { Machine } from './machine.ts';
import { run } from './run.ts';

const include = ['sudo', 'ca-certificates', 'tar'];

/** /usr merged from the start, as in Docker's images: else the package that merges it brings the whole of Perl along. */
const merged = '/usr/share/mmdebstrap/hooks/merged-usr';

/** The name under which a machine gets the base; what else it is called are tags of it. */
const imported = 'teamvm-lab-base:latest';

/** What Docker's slim images leave out, too. */
const excluded = [
  '/usr/share/man/*',
  '/usr/share/info/*',
  '/usr/share/doc/*',
  '/usr/share/locale/*',
  '/usr/share/lintian/*',
];

/** A Debian root file system as a tar, made at the first call on this machine: who comes meanwhile waits for it. Returns its path. */
export async function makeBase(): Promise<string> {
  const path = join(cacheFolder, `bookworm-merged-${include.join('-')}.tar`);
  if (existsSync(path)) return path;
  await mkdir(cacheFolder, { recursive: true });
  const part = `${path}.${process.pid}.tar`;
  const once = ['sh', '-c', 'test -e "$0" || { part=$1; shift; "$@" && mv "$part" "$0"; }', path, part];
  try {
    await run('flock', [
      `${path}.lock`,
      ...once,
      'mmdebstrap',
      '--variant=minbase',
      `--hook-dir=${merged}`,
      `--include=${include.join(',')}`,
      ...excluded.map((glob) => `--dpkgopt=path-exclude=${glob}`),
      '--dpkgopt=path-include=/usr/share/doc/*/copyright',
      'bookworm',
      part,
      'http://deb.debian.org/debian',
    ]);
  } finally {
    await rm(part, { force: true });
  }
  return path;
}

/** Gives a machine the base under a tag, for tests that need any image. Nothing is done where it has it. */
export async function importBase(machine: Machine, tag: string): Promise<void> {
  const there = await machine.tryCli(['image', 'inspect', '--format', '{{.Id}}', tag]);
  if (there.exitCode === 0) return;
  // Test files that come here at once wait for the first of them.
  const script = '"$0" image inspect "$1" >/dev/null 2>&1 || "$0" import --change \'CMD ["/bin/bash"]\' "$2" "$1"';
  const once = ['sh', '-c', script, machine.docker, imported, await makeBase()];
  await run('flock', [join(machine.home, 'base.lock'), ...once], { env: machine.env });
  await machine.cli(['tag', imported, tag]);
}
