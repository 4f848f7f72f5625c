import type { BytePath } from '../../../model/byte-path.ts';
import type { CaptureRequest, Expected } from '../../../ports/capture.ts';
import { toSeconds, type UpperComparison } from '../changes/compare-upper.ts';
import { toPath } from '../changes/entry-table.ts';
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

/** Relative paths of a container that changed after an engine time, without those that are skipped. */
export async function listChangedPaths(
  helper: StorageHelper,
  after: string,
  isSkipped: (path: BytePath, isFolder: boolean) => boolean,
): Promise<ReadonlySet<string>> {
  const since = toSeconds(after);
  const changed = new Set<string>();
  for await (const { path, type, ctime } of helper.listTree(upperTarget, since))
    if (path !== '' && ctime > since && !isSkipped(toPath(path), type === 'd')) changed.add(path);
  return changed;
}
