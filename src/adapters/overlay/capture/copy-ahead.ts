import type { BytePath } from '../../../model/byte-path.ts';
import type { CaptureRequest, Expected } from '../../../ports/capture.ts';
import { isKept, toSeconds, type UpperComparison } from '../changes/compare-upper.ts';
import { toPath } from '../changes/entry-table.ts';
import type { Row } from '../helper/row.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { upperTarget } from '../helper/storage-helpers.ts';
import type { CarrierFiller } from './carrier-filler.ts';
import { estimate } from './choose-way.ts';

/** A copy that was made while the container ran. */
export interface EarlyCopy {
  readonly compared: UpperComparison;
  /** False if a part is missing: the container changed what was just copied. */
  readonly complete: boolean;
}

export interface CopyWays {
  readonly compare: () => Promise<UpperComparison>;
  readonly isCopied: (expected: Expected) => boolean;
  readonly filler: CarrierFiller;
}

/**
 * Copies the changes of a running container, so that it has to stand still only
 * for what changes from then on. Waits until everything written before is on
 * disk: only then does each later write, also to mapped memory, change the time
 * of its file. Undefined if the request does not tell that, or nothing is copied.
 */
export async function copyAhead(
  { flushed, latest }: CaptureRequest,
  { compare, isCopied, filler }: CopyWays,
): Promise<EarlyCopy | undefined> {
  const prepared = filler.prepare();
  // Reported below.
  prepared.catch(() => undefined);
  const known = await flushed?.().then(
    () => true,
    () => false,
  );
  const compared = known === true ? await compare() : undefined;
  await prepared;
  if (compared === undefined || compared.partial || !isCopied(estimate(compared))) return undefined;
  compared.unkept.refuse();
  const complete = await filler.fill(compared.entries, latest).then(
    () => true,
    () => false,
  );
  return { compared, complete };
}

/** Rows of a container that changed after an engine time, by relative path, without those that are skipped. */
export async function listChangedRows(
  helper: StorageHelper,
  after: string,
  isSkipped: (path: BytePath, isFolder: boolean) => boolean,
  upper = upperTarget,
): Promise<ReadonlyMap<string, Row>> {
  const since = toSeconds(after);
  const changed = new Map<string, Row>();
  for await (const row of helper.listTree(upper, since))
    if (row.ctime > since && !isSkipped(toPath(row.path), row.type === 'd')) changed.set(row.path, row);
  return changed;
}

/**
 * True if an early comparison still holds: since then, nothing changed but files
 * that were copied, and they are to be copied in any case. No name came or went,
 * which would have changed its folder.
 */
export function isStillCompared(
  compared: UpperComparison,
  changed: ReadonlyMap<string, Row>,
  isCopied: CopyWays['isCopied'],
): boolean {
  if (changed.size === 0) return true;
  const rows = [...changed.values()];
  if (!rows.every(({ type, partial, attributes }) => type === 'f' && !partial && attributes.every(isKept)))
    return false;
  let known = 0;
  for (const { path, type, kind } of compared.entries)
    if (type === 'f' && (kind === 'added' || kind === 'changed') && changed.has(path)) known += 1;
  if (known !== changed.size) return false;
  for (const row of rows) compared.unkept.add(row);
  const bytes = rows.reduce((sum, { size }) => sum + size, compared.bytes);
  return isCopied({ ...estimate(compared), bytes });
}
