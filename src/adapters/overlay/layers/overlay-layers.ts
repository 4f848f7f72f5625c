import { comparePaths } from '../../../model/byte-path.ts';
import type { Image } from '../../../model/image.ts';
import type { ChangedEntry, FileReading } from '../../../ports/changes.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { LayerPaths, Layers, LayersRequest, LayerWeight, MergeRequest } from '../../../ports/layers.ts';
import { clearCarrier, commitCarrier, makeCarrier } from '../capture/carrier.ts';
import { EntryTable, toPath, type Entry } from '../changes/entry-table.ts';
import { findLayers } from './find-layers.ts';
import { readEntries } from '../helper/read-entries.ts';
import { hide, listCopied, listRoots, outTarget, stackLayers, startLayerHelper } from './layer-helper.ts';
import { findProgram } from '../helper/start-storage-helper.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { unreadable } from '../changes/unreadable.ts';

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
    const helper = await startLayerHelper(engine, { image: request.image.id, folders, beside: request.beside });
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
    const helper = await startLayerHelper(engine, { image: request.image.id, folders, beside: request.beside });
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
      helper = await startLayerHelper(engine, { image: below.id, folders, beside, out: carrier.upper });
      await clearCarrier(helper, outTarget);
      const entries = await (only === undefined
        ? stackLayers(helper, folders, () => false)
        : select(helper, folders, only));
      await helper.copy('/', outTarget, listCopied(entries, 'hidden'), { attributes: 'all' });
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
