import { createHash } from 'node:crypto';
import { pathFromText, showPath } from '../../src/model/byte-path.ts';
import type { RawChange } from '../../src/model/container.ts';
import type { Image } from '../../src/model/image.ts';
import type { Capture, CaptureRequest, CaptureResult } from '../../src/ports/capture.ts';
import type { Layers, MergeRequest } from '../../src/ports/layers.ts';
import type { FakeContainer } from './fake-container.ts';
import type { FakeEngine } from './fake-engine.ts';
import { digestOf } from './fake-images.ts';
import type { FakeRun } from './fake-programs.ts';

/** Absolute path → text. */
export type FakeTree = ReadonlyMap<string, string>;

/**
 * The files of images and containers in memory, with the ports that turn the
 * one into the other, and the programs with which use cases look at them: find,
 * sha256sum, the program that reads evidence, and dpkg-query.
 */
export class FakeStore implements Capture, Layers {
  /** Layers of an image → its files. */
  readonly #trees = new Map<string, FakeTree>();
  /** A part of a shell script → what it prints. */
  readonly scripts = new Map<string, string>();
  /** Paths that are sockets. */
  readonly sockets = new Set<string>();
  /** Time of a file, in seconds since the epoch; each text has its own unless a test gives it another. */
  timeOf: (text: string) => string = digestOf;
  readonly #engine: FakeEngine;

  constructor(engine: FakeEngine) {
    this.#engine = engine;
    const { programs } = engine.runtime;
    programs['find'] = (run) => this.#list(run);
    programs['xargs'] = (run) => this.#hash(run);
    programs['sh'] = (run) => this.#explain(run);
    programs['dpkg-query'] = ({ container, out }) => {
      for (const [name, version] of packagesOf(this.treeOf(container))) out(`ii \t${name}\tamd64\t${version}\n`);
      return 0;
    };
  }

  /** Adds an image with files on a base; gives the image. */
  add(reference: string, files: Readonly<Record<string, string>>, below?: Image): Image {
    const layer = digestOf(JSON.stringify([reference, files]));
    const id = this.#engine.images.add(reference, {
      diffIds: [...(below?.diffIds ?? []), layer],
      config: below?.config ?? { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] },
    });
    const image = this.#engine.images.require(id);
    const own = Object.entries(files);
    this.#trees.set(keyOf(image), new Map([...(below === undefined ? [] : this.filesOf(below.id)), ...own]));
    return image;
  }

  /** Files of an image. */
  filesOf(reference: string): FakeTree {
    const image = this.#engine.images.find(reference);
    return (image && this.#trees.get(keyOf(image))) ?? new Map();
  }

  /** Writes a file in a container, or deletes it. */
  write(container: string, path: string, text: string | undefined): void {
    const found = this.#find(container);
    const at = found.changes.findIndex((change) => showPath(change.path) === path);
    if (at !== -1) found.changes.splice(at, 1);
    const known = this.filesOf(found.image).has(path);
    if (text === undefined) found.files.delete(path);
    else found.files.set(path, text);
    if (text === undefined && !known) return;
    const kind = text === undefined ? 'deleted' : known ? 'modified' : 'added';
    found.changes.push({ path: pathFromText(path), kind });
  }

  treeOf(container: FakeContainer): FakeTree {
    const tree = new Map([...this.filesOf(container.image), ...container.files]);
    for (const { kind, path } of container.changes) if (kind === 'deleted') tree.delete(showPath(path));
    return tree;
  }

  /** What a container has and an image has not. */
  compare(container: string, image: string): readonly RawChange[] {
    const [then, now] = [this.filesOf(image), this.treeOf(this.#find(container))];
    const deleted = [...then.keys()].filter((path) => !now.has(path));
    const written = [...now].filter(([path, text]) => then.get(path) !== text);
    return [
      ...deleted.map((path): RawChange => ({ path: pathFromText(path), kind: 'deleted' })),
      ...written.map(([path, text]): RawChange => ({
        ...{ path: pathFromText(path), kind: then.has(path) ? 'modified' : 'added', size: text.length },
        ...(this.sockets.has(path) && { unkept: true }),
      })),
    ].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  thaw(): Promise<void> {
    return Promise.resolve();
  }

  clean(): Promise<void> {
    return Promise.resolve();
  }

  async capture({
    container,
    parent,
    reference,
    leaveOut,
    ...request
  }: CaptureRequest): Promise<CaptureResult | undefined> {
    await request.allowed;
    return request.still(async () => {
      const all = this.compare(container, parent.id);
      const kept = all.filter(({ path }) => !leaveOut(path));
      const leftOut = all.filter(({ path }) => leaveOut(path)).map(({ path }) => path);
      if (kept.length === 0) return undefined;
      const image = this.#lay(reference, parent, kept, this.treeOf(this.#find(container)), await request.label?.());
      const dropped = { sockets: [], acls: [], attributes: [], times: 0 };
      return { image, method: 'delta', onParent: true, changes: kept.length, leftOut, dropped };
    });
  }

  weigh(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async *read(): AsyncGenerator<never> {
    // No layer has secrets.
  }

  async merge({ image, below, reference, only }: MergeRequest): Promise<Image> {
    const changes = [
      ...(only?.hide ?? []).map((path): RawChange => ({ path, kind: 'deleted' })),
      ...(only?.copy ?? [...this.filesOf(image.id).keys()].map(pathFromText)).map((path): RawChange => ({
        path,
        kind: 'modified',
      })),
    ];
    return this.#lay(reference, below, changes, this.filesOf(image.id), only === undefined ? image.config.labels : {});
  }

  #lay(reference: string, below: Image, changes: readonly RawChange[], files: FakeTree, labels = {}): Image {
    const tree = new Map(this.filesOf(below.id));
    for (const { kind, path } of changes) {
      const text = files.get(showPath(path));
      if (kind === 'deleted') tree.delete(showPath(path));
      else if (text !== undefined) tree.set(showPath(path), text);
    }
    const layer = digestOf(JSON.stringify(changes.map(({ kind, path }) => [kind, path, tree.get(showPath(path))])));
    const config = { ...below.config, labels: { ...below.config.labels, ...labels } };
    const id = this.#engine.images.add(reference, {
      diffIds: [...below.diffIds, layer],
      config,
      size: below.size + 10,
    });
    const image = this.#engine.images.require(id);
    this.#trees.set(keyOf(image), tree);
    return image;
  }

  #find(container: string): FakeContainer {
    const found = this.#engine.runtime.containers.find(({ id, name }) => id === container || name === container);
    if (found === undefined) throw new Error(`There is no container ${container}.`);
    return found;
  }

  /** `find … -printf` of list-tree.ts. */
  #list({ container, out }: FakeRun): number {
    const tree = this.treeOf(container);
    const row = (type: string, size: number, mtime: string, path: string): void =>
      out(`${[type, '755', '0:0', String(size), mtime, '', path].join('\0')}\0`);
    for (const folder of new Set([...tree.keys()].flatMap((path) => listFolders(path)))) row('d', 0, '0', folder);
    for (const [path, text] of tree) row('f', text.length, this.timeOf(text), path);
    return 0;
  }

  /** `xargs -0 -r sha256sum --zero --`. */
  async #hash({ container, input, out }: FakeRun): Promise<number> {
    const tree = this.treeOf(container);
    for (const path of (await input()).toString('latin1').split('\0').filter(Boolean))
      out(
        `${createHash('sha256')
          .update(tree.get(path) ?? '')
          .digest('hex')}  ${path}\0`,
      );
    return 0;
  }

  /** The program of read-evidence.ts; other scripts fail. */
  async #explain({ container, args, input, out }: FakeRun): Promise<number> {
    const [, script = '', , , count = '0', ...rest] = args;
    if (script.startsWith('if [ -e')) return 0;
    for (const [part, output] of this.scripts) {
      if (!script.includes(part)) continue;
      out(output);
      return 0;
    }
    if (!script.includes("printf 'sums")) return 1;
    const tree = this.treeOf(container);
    for (const path of rest.slice(0, Number(count))) {
      const text = tree.get(path);
      if (text !== undefined) out(`file\0${path}\0${String(text.length)}\0${text}`);
    }
    out('sums\0\0entries\0');
    for (const path of (await input()).toString('latin1').split('\0'))
      if (tree.has(path)) out(`${String(tree.get(path)?.length)}\0f\0${path}\0\0`);
    out('\0lists\0');
    return 0;
  }
}

function packagesOf(tree: FakeTree): readonly (readonly [string, string])[] {
  const status = tree.get('/var/lib/dpkg/status') ?? '';
  return [...status.matchAll(/^Package: (.*)\n(?:.+\n)*?Version: (.*)$/gm)].map(([, name = '', version = '']) => [
    name,
    version,
  ]);
}

const keyOf = ({ diffIds }: Image): string => diffIds.join();

/** `/a/b/c` → `/a` and `/a/b`. */
const listFolders = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, index, parts) => `/${parts.slice(0, index + 1).join('/')}`);
