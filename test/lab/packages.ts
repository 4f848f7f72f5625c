import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './run.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const mirror = process.env['TEAMVM_LAB_MIRROR'] ?? 'http://deb.debian.org/debian';

/** Debian packages unpacked side by side into a folder, as they would lie under `/`. */
export interface PackageSet {
  readonly suite: 'bookworm' | 'trixie';
  readonly names: readonly string[];
  readonly prefix: string;
}

/**
 * Downloads packages of a Debian suite, checks their signatures and unpacks them
 * into a prefix. Installs nothing on the host. Does nothing if that was done before.
 */
export async function unpackPackages(set: PackageSet): Promise<void> {
  const wanted = `${set.suite} ${set.names.join(' ')}\n`;
  if (existsSync(stampOf(set.prefix)) && (await readFile(stampOf(set.prefix), 'utf8')) === wanted) return;
  await mkdir(dirname(set.prefix), { recursive: true });
  const work = await mkdtemp(`${set.prefix}.`);
  try {
    const root = join(work, 'root');
    await mkdir(root);
    for (const archive of await download(set, join(work, 'apt'))) await run('dpkg', ['-x', archive, root]);
    await writeFile(stampOf(root), wanted);
    await rm(set.prefix, { recursive: true, force: true });
    await rename(root, set.prefix);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const stampOf = (prefix: string): string => join(prefix, '.packages');

async function download(set: PackageSet, apt: string): Promise<string[]> {
  await mkdir(join(apt, 'lists/partial'), { recursive: true });
  await mkdir(join(apt, 'archives'));
  await writeFile(join(apt, 'status'), '');
  await writeFile(join(apt, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${set.suite} main\n`);
  const options = Object.entries({
    'Dir::Etc::sourcelist': join(apt, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(apt, 'lists'),
    'Dir::State::status': join(apt, 'status'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  }).map(([name, value]) => `-o${name}=${value}`);
  await run('apt-get', [...options, '-q', 'update']);
  await run('apt-get', [...options, '-q', 'download', ...set.names], { cwd: join(apt, 'archives') });
  return (await readdir(join(apt, 'archives'))).map((name) => join(apt, 'archives', name));
}
