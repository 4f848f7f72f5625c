import { comparePaths } from '../../../model/byte-path.ts';
import type { Mount } from '../../../model/container.ts';
import type { Image } from '../../../model/image.ts';
import type { ChangedEntry, FileReading } from '../../../ports/changes.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { LayerPaths, Layers, LayersRequest, LayerWeight, MergeRequest } from '../../../ports/layers.ts';
import { clearCarrier, commitCarrier, makeCarrier } from '../capture/carrier.ts';
import { DeltaWalk } from '../changes/delta-walk.ts';
import { EntryTable, toPath, type Entry } from '../changes/entry-table.ts';
import { findLayers } from './find-layers.ts';
import { readEntries } from '../helper/read-entries.ts';
import { findProgram, startStorageHelper } from '../helper/start-storage-helper.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { unreadable } from '../changes/unreadable.ts';
import type { Copied } from '../helper/storage-request.ts';

/** Below the helper's root. */
const layersTarget = '.devenv-layers';
const outTarget = '/.devenv-out';

/**
 * Reads layers of an overlay storage, each of which is a folder, with a helper.
 * Merges them folder to folder into a carrier that the engine commits.
 */
export class OverlayLayers implements Layers {
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async weigh(request: LayersRequest): Promise<readonly LayerWeight[] | undefined> {
    const engine = await this.#engine();
    const folders = await this.#findFolders(engine, request);
    if (folders === undefined) return undefined;
    const helper = await startHelper(engine, request.image, folders, request.beside);
    try {
      return await helper.weighLayers(listRoots(folders));
    } finally {
      await helper.remove();
    }
  }

  async *read(request: LayersRequest, options: FileReading): AsyncGenerator<ChangedEntry> {
    if (request.count === 0) return;
    const engine = await this.#engine();
    const folders = await this.#findFolders(engine, request);
    if (folders === undefined) throw unreadable('layers of an image');
    const helper = await startHelper(engine, request.image, folders, request.beside);
    try {
      for (const root of listRoots(folders)) {
        const entries = new EntryTable();
        for await (const row of helper.listTree(root)) {
          if (row.path === '') continue;
          if (row.type === 'w') entries.add(hide(row.path));
          else if (row.type === 'f' && options.want(toPath(row.path)) !== 'none')
            entries.add({ ...row, kind: 'changed' });
        }
        yield* readEntries(helper, root, entries, options);
      }
    } finally {
      await helper.remove();
    }
  }

  async merge(request: MergeRequest): Promise<Image | undefined> {
    const { image, below, reference, beside, only } = request;
    const engine = await this.#engine();
    const folders = await this.#findFolders(engine, request);
    const carrier = folders && (await makeCarrier(engine, beside, below));
    if (folders === undefined || carrier === undefined) return undefined;
    let helper: StorageHelper | undefined;
    try {
      helper = await startHelper(engine, below, folders, beside, carrier.upper);
      await clearCarrier(helper, outTarget);
      const entries = await (only === undefined ? decideAll(helper, folders) : select(helper, folders, only));
      await helper.copy('/', outTarget, listCopied(entries), { attributes: 'all' });
      const { config } = only === undefined ? image : below;
      return await commitCarrier(engine, carrier, { ...below, config }, reference);
    } finally {
      await Promise.all([helper?.remove(), engine.runtime.remove(carrier.id)]);
    }
  }

  /** Undefined if the engine does not show layers, or devenv has no helper for its architecture. */
  async #findFolders(engine: Engine, { beside, image, count }: LayersRequest): Promise<readonly string[] | undefined> {
    return (await findProgram(engine)) && findLayers(engine, beside, image, count);
  }
}

const listRoots = (folders: readonly string[]): readonly string[] =>
  folders.map((_, layer) => `/${layersTarget}/${String(layer)}`);

/** Starts a helper that sees each layer as a folder, and a carrier's upper folder at `outTarget`. */
async function startHelper(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  image: Image,
  folders: readonly string[],
  beside: string,
  out?: string,
): Promise<StorageHelper> {
  const roots = listRoots(folders);
  return startStorageHelper(engine, {
    ...{ image: image.id, beside },
    mounts: [
      ...folders.map((source, layer): Mount => ({ kind: 'bind', source, target: roots[layer] ?? '', readOnly: true })),
      ...(out === undefined ? [] : [{ kind: 'bind', source: out, target: outTarget } as const]),
    ],
  });
}

/** Everything that the layers show together and the image below them does not. */
async function decideAll(helper: StorageHelper, folders: readonly string[]): Promise<EntryTable> {
  const none = (): boolean => false;
  const walk = new DeltaWalk({ since: undefined, own: none, leadsToMount: none, leaveOut: none });
  const entries = new EntryTable();
  for await (const batch of helper.stackLayers(listRoots(folders))) {
    for (const found of batch) {
      for (const decision of walk.next(found, true)) {
        if (decision.kind === 'hidden') entries.add(hide(decision.path));
        else if (decision.kind !== 'left-out') entries.add({ ...decision.row, kind: decision.kind });
      }
    }
  }
  return entries;
}

/** The given paths alone, with the folders above them, which come from the image. */
async function select(helper: StorageHelper, folders: readonly string[], only: LayerPaths): Promise<readonly Entry[]> {
  const [copy, gone, leading] = [only.copy, only.hide, only.leading].map((paths) => paths.map((path) => path.slice(1)));
  const wanted = new Set(copy);
  const entries = [
    ...(gone ?? []).map(hide),
    ...(leading ?? []).map((path): Entry => ({ kind: 'leading', type: 'd', path, size: 0, target: '' })),
  ];
  for await (const batch of helper.stackLayers(listRoots(folders))) {
    for (const { path, row } of batch) {
      if (row !== undefined && row.type !== 'w' && wanted.has(path)) entries.push({ ...row, kind: 'changed' });
    }
  }
  return entries.sort((a, b) => comparePaths(a.path, b.path));
}

const hide = (path: string): Entry => ({ kind: 'hidden', type: '', path, size: 0, target: '' });

function* listCopied(entries: Iterable<Entry>): Generator<Copied> {
  for (const { kind, path, layer } of entries) {
    if (kind === 'hidden') yield { how: 'hidden', path };
    else if (kind !== 'socket') {
      yield { how: 'copied', path, source: layer === undefined ? path : `${layersTarget}/${String(layer)}/${path}` };
    }
  }
}
