import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { run } from './run.ts';

export interface SigningKey {
  readonly fingerprint: string;
  readonly armored: string;
  readonly binary: Buffer;
  /** A clear-signed text. */
  readonly sign: (text: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Makes an OpenPGP key that does not expire, without a passphrase. */
export async function makeSigningKey(name: string): Promise<SigningKey> {
  const home = await mkdtemp(join(tmpdir(), 'key-'));
  const gpg = async (...args: string[]): Promise<string> =>
    run('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', '', ...args]);
  await gpg('--quick-generate-key', name, 'ed25519', 'sign', 'never');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(await gpg('--list-keys', '--with-colons'))?.[1] ?? '';
  await gpg('--output', join(home, 'binary'), '--export');
  return {
    fingerprint,
    armored: await gpg('--armor', '--export'),
    binary: await readFile(join(home, 'binary')),
    sign: async (text) => {
      const [source, target] = [join(home, 'text'), join(home, 'signed')];
      await writeFile(source, text);
      await gpg('--yes', '--output', target, '--clear-sign', source);
      return readFile(target, 'utf8');
    },
    remove: async () => {
      await run('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => undefined);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A Debian package with one program that prints its name and version. */
export interface MadePackage {
  readonly name: string;
  readonly version: string;
}

/** Path → content of a signed repository with the suite `stable` and the component `main`. */
export async function makeRepository(
  key: SigningKey,
  packages: readonly MadePackage[],
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const entries: string[] = [];
  for (const each of packages) {
    const [control, bytes] = await makePackage(each);
    const path = `pool/${each.name}_${each.version}_all.deb`;
    files.set(`/${path}`, bytes);
    entries.push(`${control}Filename: ${path}\nSize: ${String(bytes.length)}\nSHA256: ${sha256(bytes)}\n`);
  }
  const list = Buffer.from(entries.join('\n'));
  const lists = ['amd64', 'arm64'].flatMap((architecture) => [
    [`main/binary-${architecture}/Packages`, list] as const,
    [`main/binary-${architecture}/Packages.gz`, gzipSync(list)] as const,
  ]);
  for (const [path, bytes] of lists) files.set(`/dists/stable/${path}`, bytes);
  const sums = lists.map(([path, bytes]) => ` ${sha256(bytes)} ${String(bytes.length)} ${path}`);
  const release = [
    ...['Origin: lab', 'Suite: stable', 'Codename: stable', 'Architectures: amd64 arm64', 'Components: main'],
    ...[`Date: ${new Date().toUTCString()}`, 'SHA256:', ...sums, ''],
  ].join('\n');
  files.set('/dists/stable/InRelease', Buffer.from(await key.sign(release)));
  return files;
}

async function makePackage({ name, version }: MadePackage): Promise<readonly [control: string, bytes: Buffer]> {
  const folder = await mkdtemp(join(tmpdir(), 'deb-'));
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: Lab <lab@example.com>\nDescription: of the lab\n`;
  await mkdir(join(folder, 'root/DEBIAN'), { recursive: true });
  await mkdir(join(folder, 'root/usr/bin'), { recursive: true });
  await writeFile(join(folder, 'root/DEBIAN/control'), control);
  await writeFile(join(folder, 'root/usr/bin', name), `#!/bin/sh\necho ${name} ${version}\n`, { mode: 0o755 });
  await run('dpkg-deb', ['--root-owner-group', '--build', join(folder, 'root'), join(folder, 'out.deb')]);
  const bytes = await readFile(join(folder, 'out.deb'));
  await rm(folder, { recursive: true });
  return [control, bytes];
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
