import { toPath } from '../changes/entry-table.ts';
import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureRequest, CaptureResult, Expected } from '../../../ports/capture.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { UpperComparison } from '../changes/compare-upper.ts';

/**
 * Returns a function that tells how such changes are captured: true for a copy
 * into a carrier, false for the engine's commit of the container itself, which
 * is quicker for large changes and gives the same if nothing is left out.
 */
export function chooseWay(
  engine: Pick<Engine, 'capabilities'>,
  details: ContainerDetails,
  { parent, since, apart }: Pick<CaptureRequest, 'parent' | 'since' | 'apart'>,
): (expected: Expected) => boolean {
  const needsCopy = apart === true || since !== undefined || addsVolumes(engine, details, parent);
  return ({ paths, bytes, leavesOut }) =>
    paths > 0 && (needsCopy || leavesOut || (paths <= 1000 && bytes <= 16 * 1024 ** 2));
}

/**
 * True if the engine's commit of a container would declare volumes that its
 * image does not: some engines write anonymous ones into the config, and each
 * container of the new image would get them.
 */
function addsVolumes(
  { capabilities }: Pick<Engine, 'capabilities'>,
  { mounts }: ContainerDetails,
  { volumes = [] }: Image,
): boolean {
  if (!capabilities.commitsAnonymousVolumes) return false;
  const added = mounts.filter((mount) => mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source));
  return added.some(({ target }) => !volumes.includes(target));
}

/** What a comparison says of a capture. */
export function estimate({ changes, entries, bytes, leftOut, dropped, partial }: UpperComparison): Expected {
  const leavesOut = leftOut.length > 0 || dropped.attributes.length > 0;
  return { paths: partial || changes === 0 ? 0 : entries.count, bytes, leavesOut };
}

/** What a comparison says of a captured image. */
export function summarize({
  changes,
  leftOut,
  dropped,
}: UpperComparison): Required<Pick<CaptureResult, 'changes' | 'leftOut' | 'dropped'>> {
  const { sockets, acls, attributes, times } = dropped;
  return { changes, leftOut: leftOut.map(toPath), dropped: { sockets, acls, attributes, times } };
}
