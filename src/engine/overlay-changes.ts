import { DevenvError } from '../errors/devenv-error.ts';
import type { ChangedEntry, Changes } from '../ports/changes.ts';
import type { Engine } from '../ports/engine.ts';
import { findOverlay } from './find-overlay.ts';
import { Helper } from './helper.ts';
import { makeLeftOut } from './left-out.ts';
import { readTar, type TarMember } from './read-tar.ts';

/** A container's changes out of its overlay's upper folder, streamed by a tar in a helper beside it. */
export class OverlayChanges implements Changes {
  readonly #engine: () => Promise<Engine>;
  /** By container. */
  readonly #kept = new Map<string, Helper>();

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async keep(container: string): Promise<() => Promise<void>> {
    const helper = await this.#startHelper(container);
    this.#kept.set(container, helper);
    return async () => {
      this.#kept.delete(container);
      await helper.stop();
    };
  }

  async *read(container: string, options: { readonly since?: string } = {}): AsyncGenerator<ChangedEntry> {
    const details = await (await this.#engine()).inspectContainer(container);
    const leftOut = makeLeftOut(details?.mounts ?? []);
    const kept = this.#kept.get(container);
    const helper = kept ?? (await this.#startHelper(container));
    try {
      for await (const member of readTar(helper.read(listing, [upperTarget, options.since ?? '']))) {
        const entry = toEntry(member);
        if (entry !== undefined && !leftOut(Buffer.from(entry.path).toString('latin1'))) yield entry;
      }
    } finally {
      if (kept === undefined) await helper.stop();
    }
  }

  async #startHelper(container: string): Promise<Helper> {
    const engine = await this.#engine();
    const details = await engine.inspectContainer(container);
    const overlay = await findOverlay(engine, container);
    if (details === undefined || overlay === undefined) throw unreadable(details?.state);
    return Helper.start(engine, {
      image: details.image,
      mounts: [{ kind: 'bind', source: overlay.upper, target: upperTarget, readOnly: true }],
      // By it, what a killed command left is found.
      labels: { 'dev.teamvm.origin': container },
    });
  }
}

export const upperTarget = '/.devenv-upper';

/** Sorted by bytes; a file that changes while it is read is no failure here, who needs it still pauses the container. */
const listing = `cd "$1" && find . -mindepth 1 ! -type s \${2:+-newerct "$2"} -print0 | sort -z |
tar --create --format=posix --no-recursion --null --verbatim-files-from --files-from=- --numeric-owner \\
  --xattrs --xattrs-include='trusted.overlay.opaque' --ignore-failed-read --warning=no-file-changed \\
  --warning=no-file-removed || [ $? = 1 ]`;

function unreadable(state: string | undefined): DevenvError {
  if (state !== undefined && state !== 'running') {
    return new DevenvError('ENGINE_REFUSED', `The changes of the workspace cannot be read while it is ${state}.`, {
      hint: 'Run `devenv up`, then the same command again.',
    });
  }
  return new DevenvError(
    'ENGINE_REFUSED',
    'The changes of the workspace cannot be read: this engine keeps its files on a storage other than overlay.',
    { hint: 'Set the engine to overlay2 (Docker), or to overlay as root (Podman).' },
  );
}

const kinds: Readonly<Record<string, ChangedEntry['kind']>> = {
  0: 'file',
  1: 'hardlink',
  2: 'symlink',
  3: 'character',
  4: 'block',
  5: 'folder',
  6: 'fifo',
};

function toEntry(member: TarMember): ChangedEntry | undefined {
  const kind = kinds[member.type];
  if (kind === undefined) return undefined;
  const deleted = kind === 'character' && member.major === 0 && member.minor === 0;
  return {
    path: absolute(member.name),
    kind: deleted ? 'deleted' : kind,
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    size: member.size,
    mtime: member.mtime,
    ...(kind === 'symlink' && { target: member.link }),
    ...(kind === 'hardlink' && { target: absolute(member.link) }),
    opaque: kind === 'folder' && member.xattrs.get('trusted.overlay.opaque')?.toString('latin1') === 'y',
    content: member.content,
  };
}

/** `./usr/bin` → `/usr/bin`. */
function absolute(name: Buffer): Buffer {
  if (name[0] === 0x2e && name[1] === 0x2f) return name.subarray(1);
  return name[0] === 0x2f ? name : Buffer.concat([Buffer.from('/'), name]);
}
