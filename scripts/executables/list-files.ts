import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { product, type ProgramBundle } from '../bundled/bundle-program.ts';
import { checkMachine } from './check-machine.ts';
import { fetchNode, type Platform } from './fetch-node.ts';
import type { FileEntry } from './file-tree.ts';

const root = resolve(import.meta.dirname, '../..');

export const entry = (path: string, content: string | Uint8Array, mode = 0o644): FileEntry => ({
  ...{ path, mode },
  bytes: Buffer.from(content as string),
});

const shellLauncher = `#!/bin/sh
# Starts devenv with the Node beside it.
file=$0
while [ -h "$file" ]; do
  link=$(readlink "$file")
  case $link in
    /*) file=$link ;;
    *) file=$(dirname "$file")/$link ;;
  esac
done
lib=$(cd "$(dirname "$file")/../lib" && pwd) || exit 1
exec "$lib/node" "$lib/bin/devenv.js" "$@"
`;

const windowsLauncher = '@"%~dp0..\\lib\\node.exe" "%~dp0..\\lib\\bin\\devenv.js" %*\r\n';

/** The documents that come with every executable: licences, and the bill of materials. */
export function listDocuments(platform: Platform): readonly FileEntry[] {
  // Windows' package has none; it is the same text.
  const license = fetchNode(platform).license ?? fetchNode('linux-x64').license ?? '';
  return [
    ...['LICENSE', 'THIRD-PARTY-NOTICES', 'sbom.cdx.json'].map((name) => entry(name, readFileSync(join(root, name)))),
    entry('NODE-LICENSE', license),
  ];
}

/** The files of an archive: a launcher, Node, and the program. For systems whose Node is signed and must not change. */
export function listLaunched(platform: Platform, { id, bytes }: ProgramBundle, start: string): readonly FileEntry[] {
  const windows = platform.startsWith('windows');
  const node = readFileSync(fetchNode(platform).program);
  checkMachine(platform, node);
  const { name, version, license } = product;
  return [
    windows ? entry('bin/devenv.cmd', windowsLauncher) : entry('bin/devenv', shellLauncher, 0o755),
    entry(windows ? 'lib/node.exe' : 'lib/node', node, 0o755),
    entry('lib/package.json', `${JSON.stringify({ name, version, license, type: 'commonjs' }, null, 2)}\n`),
    entry('lib/bin/devenv.js', readFileSync(join(root, 'bin/devenv.js'))),
    entry(`lib/dist/program-${id}.cjs`, bytes),
    entry('lib/dist/start.cjs', start),
    ...listDocuments(platform),
  ];
}

/** The package.json of the npm package that holds a platform's executable. */
export function printManifest(platform: Platform): string {
  const { name, version, license } = product;
  const [system = '', cpu = ''] = platform.split('-');
  const os = system === 'windows' ? 'win32' : system;
  const manifest = {
    ...{ name: `${name}-${platform}`, version, license },
    description: `The executable of ${name} for ${platform}.`,
    ...{ os: [os], cpu: [cpu], ...(os === 'linux' && { libc: ['glibc'] }) },
    ...{
      preferUnplugged: true,
      files: ['bin', 'lib', 'LICENSE', 'NODE-LICENSE', 'THIRD-PARTY-NOTICES', 'sbom.cdx.json'],
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
