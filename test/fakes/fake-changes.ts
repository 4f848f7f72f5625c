import type { Asked, ChangedEntry, Changes, Listing, ReadOptions, Standing } from '../../src/ports/changes.ts';
import { showPath, type BytePath } from '../../src/model/byte-path.ts';
import type { RawChange } from '../../src/model/container.ts';
import type { FakeRuntime } from './fake-runtime.ts';
import type { FakeStore } from './fake-store.ts';

/** What containers in memory changed: against any image of a store, else since they were made. */
export class FakeChanges implements Changes {
  readonly #runtime: FakeRuntime;
  readonly #store: FakeStore | undefined;

  constructor(runtime: FakeRuntime, store?: FakeStore) {
    this.#runtime = runtime;
    this.#store = store;
  }

  async list(container: string, standing?: Standing): Promise<Listing | undefined> {
    const changes =
      this.#store !== undefined && standing !== undefined
        ? this.#store.compare(container, standing.image)
        : (await this.#runtime.listChanges(container)).map((change) => this.#weigh(container, change));
    const began = await this.#runtime.now();
    return { began, [Symbol.iterator]: () => changes.values() };
  }

  async listMany(asked: readonly Asked[]): Promise<ReadonlyMap<string, Iterable<RawChange>>> {
    const found = new Map<string, Iterable<RawChange>>();
    for (const { container, ...standing } of asked)
      found.set(container.id, (await this.list(container.id, standing)) ?? []);
    return found;
  }

  listAfter(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  now(): Promise<string> {
    return this.#runtime.now();
  }

  isCalm(): Promise<boolean> {
    return Promise.resolve(false);
  }

  freeze(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  isFrozen(): Promise<boolean> {
    return Promise.resolve(false);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<() => Promise<void>> {
    return Promise.resolve(() => Promise.resolve());
  }

  async *read(container: string, options: ReadOptions): AsyncGenerator<ChangedEntry> {
    for (const { path, kind } of (await this.list(container, options)) ?? []) {
      const content = Buffer.from(this.#textOf(container, path));
      if (kind === 'deleted') yield { kind, path, size: 0, content: parts() };
      else if (isWanted(options, path, content.toString()))
        yield { kind: 'file', path, size: content.length, content: parts(content.subarray(0, options.limit)) };
    }
  }

  #weigh(container: string, change: RawChange): RawChange {
    return change.kind === 'deleted' ? change : { ...change, size: this.#textOf(container, change.path).length };
  }

  #textOf(container: string, path: BytePath): string {
    const found = this.#runtime.containers.find(({ id, name }) => id === container || name === container);
    return found?.files.get(showPath(path)) ?? '';
  }
}

function isWanted({ want, words }: ReadOptions, path: BytePath, content: string): boolean {
  const reading = want(path);
  if (reading === 'all' || reading === 'none') return reading === 'all';
  return words.some(({ text, anyCase, loose }) => {
    if (loose && reading === 'strict') return false;
    return (anyCase ? content.toLowerCase() : content).includes(text);
  });
}

async function* parts(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* chunks;
}
