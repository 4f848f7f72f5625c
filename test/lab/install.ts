import { existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { installOnHost } from './install-on-host.ts';
import { unpackPackages } from './packages.ts';

/** The lab's cache: packages and the base. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'teamvm-lab');

/** The folders of the engines and the registry. */
export const prefixes = {
  bookworm: join(cacheFolder, 'bookworm'),
  trixie: join(cacheFolder, 'trixie'),
  podman: join(cacheFolder, 'podman'),
  pods: join(cacheFolder, 'pods'),
  rootless: join(cacheFolder, 'rootless'),
} as const;

const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/** Libraries that a minimal host may not have. The C library is the host's. */
export const libraryPath = [prefixes.bookworm, prefixes.podman, prefixes.rootless]
  .flatMap((prefix) => [join(prefix, 'lib', triplet), join(prefix, 'usr/lib', triplet)])
  .join(':');

/** Packages of the host, each with a file by which it is recognised. */
const hostPackages: readonly (readonly [name: string, file: string])[] = [
  ['iproute2', 'ip'],
  ['iproute2', 'tc'],
  ['iptables', 'iptables'],
  ['mmdebstrap', 'mmdebstrap'],
  ['git', 'git'],
  ['curl', 'curl'],
  ['openssh-client', 'ssh-agent'],
  ['rsync', 'rsync'],
  ['unzip', 'unzip'],
  ['zstd', 'zstd'],
  ['gpg', 'gpg'],
  ['gpg-agent', 'gpg-agent'],
  ['debian-archive-keyring', '/usr/share/keyrings/debian-archive-keyring.gpg'],
  ['libseccomp2', '/usr/share/doc/libseccomp2'],
];

/**
 * Installs what the lab needs: small tools by apt, and the engines and the
 * registry unpacked into the cache, apart from engines of the host. Takes less
 * than a second if nothing is missing.
 */
export async function install(options: { podman: boolean; rootless: boolean }): Promise<void> {
  await installOnHost(hostPackages);
  await Promise.all([
    unpackPackages({
      suite: 'bookworm',
      names: ['docker.io', 'containerd', 'runc', 'tini', 'libdevmapper1.02.1', 'docker-registry'],
      prefix: prefixes.bookworm,
    }),
    unpackPackages({
      suite: 'trixie',
      names: ['docker.io', 'docker-cli', 'containerd'],
      prefix: prefixes.trixie,
    }),
    options.podman ? unpackPackages(podmanPackages) : undefined,
    // The first program of a pod.
    options.podman ? unpackPackages({ suite: 'bookworm', names: ['catatonit'], prefix: prefixes.pods }) : undefined,
    options.rootless ? unpackPackages(rootlessPackages) : undefined,
  ]);
  await giveInit(prefixes.bookworm);
  await giveInit(prefixes.trixie);
}

const podmanPackages = {
  suite: 'bookworm',
  names: [
    ...['podman', 'conmon', 'crun', 'netavark', 'aardvark-dns', 'skopeo'],
    ...['libgpgme11', 'libassuan0', 'libdevmapper1.02.1', 'libsubid4', 'libyajl2', 'libglib2.0-0'],
  ],
  prefix: prefixes.podman,
} as const;

const rootlessPackages = {
  suite: 'bookworm',
  names: ['uidmap', 'slirp4netns', 'libslirp0'],
  prefix: prefixes.rootless,
} as const;

/** docker-init is a link to `/usr/bin/tini-static`, which does not exist outside of the prefix. */
async function giveInit(prefix: string): Promise<void> {
  const target = join(prefix, 'usr/bin/docker-init');
  if (existsSync(target)) return;
  await rm(target, { force: true });
  await copyFile(join(prefixes.bookworm, 'usr/bin/tini-static'), target);
}
