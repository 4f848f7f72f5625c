import { createHash } from 'node:crypto';
import type {
  BuildContexts,
  ContextEntry,
  ContextHashes,
  ContextRequest,
} from '../../src/ports/build/build-contexts.ts';
import type { FakeHostFiles } from './fake-host-files.ts';

/** The files in memory as build contexts. */
export class FakeBuildContexts implements BuildContexts {
  readonly #files: FakeHostFiles;

  constructor(files: FakeHostFiles) {
    this.#files = files;
  }

  async hash(request: ContextRequest): Promise<ContextHashes> {
    const groups = new Map<string, string>();
    for (const [path, text] of this.#list(request)) {
      const group = request.groupOf(path);
      groups.set(group, `${groups.get(group) ?? ''}${JSON.stringify([path, text])}\n`);
    }
    const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
    return { groups: Object.fromEntries([...groups].map(([group, text]) => [group, hash(text)])), links: [] };
  }

  async *read(request: ContextRequest): AsyncGenerator<ContextEntry> {
    for (const [path, text] of this.#list(request)) {
      const bytes = Buffer.from(text);
      yield { path, mode: 0o644, size: bytes.length, content: once(bytes) };
    }
  }

  #list({ project, context, takes }: ContextRequest): readonly (readonly [string, string])[] {
    const root = context === '.' ? `${project}/` : `${project}/${context}/`;
    return [...this.#files.files]
      .flatMap(([path, text]) => (path.startsWith(root) ? [[path.slice(root.length), text] as const] : []))
      .filter(([path]) => takes(path))
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
