import type { Processes } from '../../ports/processes.ts';

interface Mirror {
  readonly mirror: string;
  readonly security: string;
}

const official: Mirror = { mirror: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };

/** Chooses the mirror: `wanted`, else the one of this machine's apt, else Debian's own. */
export const findMirror = async (processes: Processes, wanted: string | undefined): Promise<Mirror> => {
  const own = await processes.run(['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)']);
  const found = own.exitCode === 0 ? parseSources(own.stdout) : {};
  const mirror = wanted?.replace(/\/$/, '') ?? found.mirror ?? official.mirror;
  // Another mirror may not have the security updates that belong to this machine's mirror.
  const security = mirror === found.mirror ? found.security : undefined;
  return { mirror, security: security ?? official.security };
};

/** Reads rows of `URI release component`. Skips addresses that a container cannot reach: file:, cdrom:, localhost. */
export const parseSources = (text: string): Partial<Mirror> => {
  let mirror: string | undefined;
  let security: string | undefined;
  for (const row of text.split('\n')) {
    const [uri = '', release = '', component = ''] = row.trim().split(' ');
    const address = uri.replace(/\/$/, '');
    if (!/^https?:\/\/(?!localhost|127\.|\[)[A-Za-z0-9.-]+(?::\d+)?\/[A-Za-z0-9._~/-]+$/.test(address)) continue;
    if (component !== 'main') continue;
    if (/\/debian-security$/.test(address) && release.endsWith('-security')) security ??= address;
    else if (/\/debian$/.test(address) && !release.includes('-')) mirror ??= address;
  }
  return { ...(mirror !== undefined && { mirror }), ...(security !== undefined && { security }) };
};
