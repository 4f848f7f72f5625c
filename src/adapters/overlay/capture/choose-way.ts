import { toPath } from '../changes/entry-table.ts';
import type { ContainerDetails } from '../../../model/container.ts';
import type { CaptureRequest, CaptureResult, Expected } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { UpperComparison } from '../changes/compare-upper.ts';
import type { Image } from '../../../model/image.ts';

/** Tells whether such changes go into a carrier, or the container is captured itself. */
export function chooseWay(
  engine: Engine,
  details: ContainerDetails,
  request: Pick<CaptureRequest, 'parent' | 'since' | 'apart'>,
): (expected: Expected) => boolean {
  const adds = addsVolumes(engine, details, request.parent);
  return (expected) => expected.paths > 0 && (adds || pays(expected, request));
}

/** False where the engine's commit of the container itself gives the same. */
function pays(
  { paths, bytes, leavesOut }: Expected,
  { since, apart }: Pick<CaptureRequest, 'since' | 'apart'>,
): boolean {
  // Where copying the change first would cost a good part of what capturing it does.
  const isLarge = paths > 1000 || bytes > 16 * 1024 ** 2;
  return apart === true || since !== undefined || leavesOut || !isLarge;
}

/** What a comparison says of a capture. */
export function expect({ changes, entries, bytes, leftOut, dropped, partial }: UpperComparison): Expected {
  const leavesOut = leftOut.length > 0 || dropped.attributes.length > 0;
  return { paths: partial || changes === 0 ? 0 : entries.count, bytes, leavesOut };
}

/** What people are told of one that was captured. */
export function tell({
  changes,
  leftOut,
  dropped,
}: UpperComparison): Required<Pick<CaptureResult, 'changes' | 'leftOut' | 'dropped'>> {
  const { sockets, acls, attributes, times } = dropped;
  return { changes, leftOut: leftOut.map(toPath), dropped: { sockets, acls, attributes, times } };
}

/**
 * Whether the engine's commit of a container would ask for volumes that its
 * image does not: some engines write anonymous ones into the config, and each
 * container of the new image would get them.
 */
function addsVolumes({ capabilities }: Engine, { mounts }: ContainerDetails, { volumes = [] }: Image): boolean {
  if (!capabilities.commitsAnonymousVolumes) return false;
  const added = mounts.filter((mount) => mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source));
  return added.some(({ target }) => !volumes.includes(target));
}
