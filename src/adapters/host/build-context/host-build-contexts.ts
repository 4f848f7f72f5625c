import { join } from 'node:path';
import type {
  BuildContexts,
  ContextEntry,
  ContextHashes,
  ContextRequest,
} from '../../../ports/build/build-contexts.ts';
import { hashContext } from './hash-context.ts';
import { openInProject } from './open-in-project.ts';
import { walkContext, type WalkedEntry } from './walk-context.ts';

/** Contexts in the file system of this machine. */
export class HostBuildContexts implements BuildContexts {
  readonly #cacheFolder: string;

  readonly #limit: number;

  /** `cacheFolder`: for the hashes of unchanged files; it may vanish. `limit`: files and folders of a context. */
  constructor(cacheFolder: string, limit = 100_000) {
    this.#cacheFolder = cacheFolder;
    this.#limit = limit;
  }

  hash(request: ContextRequest): Promise<ContextHashes> {
    return hashContext(request, join(this.#cacheFolder, 'contexts'), this.#limit);
  }

  async *read(request: ContextRequest): AsyncGenerator<ContextEntry> {
    for await (const entry of walkContext(request, this.#limit)) if (entry.taken) yield await open(request, entry);
  }
}

async function open(
  { project, context }: ContextRequest,
  { path, stats, kind, target }: WalkedEntry,
): Promise<ContextEntry> {
  const mode = stats.mode & 0o7777;
  if (kind === 'folder') return { path: `${path}/`, mode, size: 0 };
  if (kind === 'link') return { path, mode: 0o777, size: 0, link: target };
  const { size, content } = await openInProject(project, join(context, path));
  return { path, mode, size, content };
}
