import { toPath } from '../changes/entry-table.ts';
import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureRequest, CaptureResult, Expected } from '../../../ports/capture.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { UpperComparison } from '../changes/compare-upper.ts';

/** Bytes: a copy of more takes a good part of the time of the engine's commit. */
const most = 64 * 1024 ** 2;

/**
 * Returns a function that tells how such changes are captured: true for a copy
 * into a carrier, for which the container hardly has to stand still; false for
 * the engine's commit of the container itself, which is quicker for many bytes
 * and gives the same if nothing is left out.
 */
export function chooseWay(
  engine: Pick<Engine, 'capabilities'>,
  details: ContainerDetails,
  { parent, since, apart }: Pick<CaptureRequest, 'parent' | 'since' | 'apart'>,
): (expected: Expected) => boolean {
  const needsCopy = apart === true || since !== undefined || addsVolumes(engine, details, parent);
  return ({ paths, bytes, leavesOut }) => paths > 0 && (needsCopy || leavesOut || bytes <= most);
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
