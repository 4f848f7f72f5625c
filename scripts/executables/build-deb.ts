import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { product } from '../bundled/bundle-program.ts';
import { compress } from './compress.ts';
import type { Platform } from './fetch-node.ts';
import type { FileEntry } from './file-tree.ts';

const architectures: Readonly<Partial<Record<Platform, string>>> = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' };

export const debName = (platform: Platform): string =>
  `teamvm-devenv_${product.version}_${architectures[platform] ?? platform}.deb`;

const maintainer = 'The devenv project <devenv@teamvm.dev>';

const control = (platform: Platform, size: number): string => `Package: teamvm-devenv
Version: ${product.version}
Architecture: ${architectures[platform] ?? platform}
Maintainer: ${maintainer}
Installed-Size: ${String(Math.ceil(size / 1024))}
Depends: libc6 (>= 2.28), libgcc-s1, libstdc++6
Suggests: docker.io | podman
Section: devel
Priority: optional
Description: working environment of a team as a versioned container image
 devenv builds the environment that devenv.yaml declares, keeps what is
 installed by hand in it as a new version, and recreates the same workspace
 on any machine that has a container engine.
`;

const overrides = `# Node is published without position-independent code, and its symbols are cut off.
teamvm-devenv: hardening-no-pie
teamvm-devenv: elf-error
# Node's executable contains the libraries that Node is published with.
teamvm-devenv: embedded-library
# The program reads the database of packages in workspaces, not on this machine.
teamvm-devenv: uses-dpkg-database-directly
# \`devenv help\` and the documentation say what a manual would.
teamvm-devenv: no-manual-page
`;

/** Writes a Debian package with the executable and its documents. `time`: of every file, in seconds. */
export function buildDeb(
  platform: Platform,
  executable: Uint8Array,
  documents: readonly FileEntry[],
  time: number,
  path: string,
): void {
  const root = mkdtempSync(join(tmpdir(), 'devenv-deb-'));
  const put = (name: string, bytes: string | Uint8Array, mode = 0o644): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, name), bytes, { mode });
  };
  const text = (name: string): string =>
    Buffer.from(documents.find((document) => document.path === name)?.bytes ?? []).toString();
  const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
  const history = `teamvm-devenv (${product.version}) unstable; urgency=medium\n\n  * Release of devenv ${product.version}.\n\n -- ${maintainer}  ${date}\n`;
  const doc = 'usr/share/doc/teamvm-devenv';
  try {
    put('usr/bin/devenv', executable, 0o755);
    put('DEBIAN/control', control(platform, executable.length));
    put(
      `${doc}/copyright`,
      `${text('LICENSE')}\nNode.js is part of /usr/bin/devenv: see NODE-LICENSE.gz. So are the packages of THIRD-PARTY-NOTICES.gz.\n`,
    );
    for (const name of ['THIRD-PARTY-NOTICES', 'NODE-LICENSE', 'sbom.cdx.json'])
      put(`${doc}/${name}.gz`, compress('gzipSync', Buffer.from(text(name))));
    put(`${doc}/changelog.gz`, compress('gzipSync', Buffer.from(history)));
    put('usr/share/lintian/overrides/teamvm-devenv', overrides);
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(time) };
    execFileSync('chmod', ['-R', 'u=rwX,go=rX', root]);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--threads-max=1', '--build', root, path], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}
