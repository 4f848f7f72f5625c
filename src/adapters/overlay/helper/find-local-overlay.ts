import { lstatSync, readFileSync } from 'node:fs';
import type { ContainerDetails, Overlay } from '../../../model/container.ts';
import { findControlGroup } from './control-group.ts';
import { parseOverlay } from './parse-overlay.ts';

export interface LocalOverlay extends Overlay {
  /** Folder of the control group that everything in the container is in; absent where it cannot be kept still by that. */
  readonly group: string | undefined;
}

/**
 * Where the file system of a container lies, if that is on this very machine
 * and may be read by this process: for root beside a local engine. That it is
 * this machine is known by the container's process, whose control group has
 * the container's name: a socket may lead anywhere, and two machines may have
 * equal paths. What the engine names counts; the container's own mounts, which a
 * privileged one may change, where it names nothing. Absent where it does not run.
 */
export function findLocalOverlay({ id, pid, overlay }: ContainerDetails): LocalOverlay | undefined {
  if (process.getuid?.() !== 0 || pid <= 0) return undefined;
  try {
    const groups = readFileSync(`/proc/${String(pid)}/cgroup`, 'latin1');
    if (!groups.includes(id)) return undefined;
    const found = parseOverlay(readFileSync(`/proc/${String(pid)}/mountinfo`, 'utf8'), false);
    if (found === undefined || (overlay !== undefined && overlay.upper !== found.upper)) return undefined;
    if (!lstatSync(found.upper).isDirectory()) return undefined;
    return { ...(overlay ?? found), group: findControlGroup(groups, id) };
  } catch {
    return undefined;
  }
}
