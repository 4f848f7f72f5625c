import type { Mount } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import { DeltaWalk } from '../changes/delta-walk.ts';
import { EntryTable, type Entry } from '../changes/entry-table.ts';
import { startStorageHelper } from '../helper/start-storage-helper.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import type { Copied } from '../helper/storage-request.ts';

/** Below the helper's root. */
const layersTarget = '.devenv-layers';
/** The folder that it writes to. */
export const outTarget = '/.devenv-out';

interface LayerHelperOptions {
  /** Id of the image below the layers: the helper's own root. */
  readonly image: string;
  /** Folders of layers on the engine's machine, the oldest first. */
  readonly folders: readonly string[];
  readonly beside: string;
  /** A folder of the engine's machine to write to. */
  readonly out?: string;
}

/** Starts a helper that sees each layer as a folder (see listRoots), and `out` at `outTarget`. */
export async function startLayerHelper(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { image, folders, beside, out }: LayerHelperOptions,
): Promise<StorageHelper> {
  const roots = listRoots(folders);
  return startStorageHelper(engine, {
    ...{ image, beside },
    mounts: [
      ...folders.map((source, layer): Mount => ({ kind: 'bind', source, target: roots[layer] ?? '', readOnly: true })),
      ...(out === undefined ? [] : [{ kind: 'bind', source: out, target: outTarget } as const]),
    ],
  });
}

/** Where such a helper sees the layers. */
export const listRoots = (folders: readonly string[]): readonly string[] =>
  folders.map((_, layer) => `/${layersTarget}/${String(layer)}`);

/** Everything that the layers show together and the image below them does not, less paths that are the engine's `own`. */
export async function stackLayers(
  helper: StorageHelper,
  folders: readonly string[],
  own: (path: string) => boolean,
): Promise<EntryTable> {
  const none = (): boolean => false;
  const walk = new DeltaWalk({ since: undefined, own, leadsToMount: none, leaveOut: none });
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

export const hide = (path: string): Entry => ({ kind: 'hidden', type: '', path, size: 0, target: '' });

/** What to copy to `outTarget` for entries of layers. `hidden`: how deletions are marked. */
export function* listCopied(entries: Iterable<Entry>, hidden: 'hidden' | 'deleted'): Generator<Copied> {
  for (const { kind, path, layer } of entries) {
    if (kind === 'hidden') yield { how: hidden, path };
    else if (kind !== 'socket') {
      yield { how: 'copied', path, source: layer === undefined ? path : `${layersTarget}/${String(layer)}/${path}` };
    }
  }
}
