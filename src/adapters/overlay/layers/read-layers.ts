import { toPath } from '../changes/entry-table.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { ChangedEntry, FileReading } from '../../../ports/changes.ts';
import type { LayersRequest } from '../../../ports/layers.ts';
import { findLayers } from './find-layers.ts';
import { readEntries } from '../helper/read-entries.ts';
import { findProgram, startStorageHelper } from '../helper/start-storage-helper.ts';
import { EntryTable } from '../changes/entry-table.ts';
import { unreadable } from '../changes/unreadable.ts';

const target = '/.devenv-layers';

/** What an image's `count` topmost layers hold, as they are, one layer after the other, the oldest first. */
export async function* readLayers(
  engine: Engine,
  { image, count, beside }: LayersRequest,
  options: FileReading,
): AsyncGenerator<ChangedEntry> {
  if (count === 0) return;
  const folders = (await findProgram(engine)) && (await findLayers(engine, beside, image, count));
  if (folders === undefined) throw unreadable('layers of an image');
  const places = folders.map((source, layer) => ({ source, target: `${target}/${String(layer)}` }));
  const helper = await startStorageHelper(engine, {
    ...{ image: image.id, beside },
    mounts: places.map((place) => ({ kind: 'bind', ...place, readOnly: true })),
  });
  try {
    for (const { target: root } of places) {
      const entries = new EntryTable();
      for await (const row of helper.listTree(root)) {
        if (row.path === '') continue;
        if (row.type === 'w') entries.add({ kind: 'hidden', path: row.path, type: '', size: 0, target: '' });
        else if (row.type === 'f' && options.want(toPath(row.path)) !== 'none')
          entries.add({ kind: 'changed', ...row });
      }
      yield* readEntries(helper, root, entries, options);
    }
  } finally {
    await helper.remove();
  }
}
