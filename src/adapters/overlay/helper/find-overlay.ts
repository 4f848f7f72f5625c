import { lstatSync, readFileSync } from 'node:fs';
import type { ContainerDetails, Overlay } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import { findControlGroup } from './control-group.ts';
import { parseOverlay } from './parse-overlay.ts';
import { findProgram, startStorageHelper } from './start-storage-helper.ts';
import type { StorageHelper } from './storage-helper.ts';
import { collectContent } from '../../../ports/changes.ts';

/**
 * Where a container's file system lies on the engine's machine: the engine's
 * answer, else the kernel's, for which the container has to run. The kernel's has
 * to be proved by `isUpperOf`. Undefined if the storage is no overlay whose
 * folders can be read alone.
 */
export async function findOverlay(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  details: ContainerDetails,
): Promise<Overlay | undefined> {
  if ((await engine.describe()).storage.layers === 'hidden') return undefined;
  return details.overlay ?? findLocalOverlay(details) ?? (await locateOverlay(engine, details));
}

/** The kernel's answer, on any machine: a helper that shares the container's processes reads the mounts of the first one. */
export async function locateOverlay(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { id, image, state }: ContainerDetails,
): Promise<Overlay | undefined> {
  if (state !== 'running' || (await findProgram(engine)) === undefined) return undefined;
  const helper = await startStorageHelper(engine, { image, beside: id, mounts: [], processesOf: id });
  try {
    return await readOwnOverlay(engine, helper);
  } finally {
    await helper.remove();
  }
}

/** Of the first process that a helper sees: its own, or that of a container that it shares processes with. */
export async function readOwnOverlay(
  engine: Pick<Engine, 'describe'>,
  helper: StorageHelper,
): Promise<Overlay | undefined> {
  let text = '';
  const wanted = [{ path: 'mountinfo', mode: 'all' }] as const;
  for await (const { content } of helper.readFiles('/proc/1', { words: [], limit: 1024 * 1024 }, wanted))
    text += (await collectContent(content)).toString('utf8');
  return parseOverlay(text, (await engine.describe()).rootless);
}

/**
 * True if a folder that a helper sees at `target` is the upper folder of the
 * container. A path may have led elsewhere when it was mounted, and a container
 * with the right to mount can make the kernel name any path: so its mark must be
 * in the folder if the engine did not name it.
 */
export async function isUpperOf(
  helper: StorageHelper,
  target: string,
  { overlay, mark }: ContainerDetails,
): Promise<boolean> {
  if (overlay !== undefined) return true;
  const name = target.slice(1);
  for await (const { path, type, modified } of helper.listChildren([name]))
    if (path === `${name}/dev`) return type === 'd' && modified === mark;
  return false;
}

/**
 * The same, if the container runs on this very machine and this process may
 * read its files: root beside a local engine. With the folder of its control
 * group, if the container can be frozen by that. The container's process proves
 * the machine: its control group has the container's name. A socket may lead
 * anywhere, and two machines may have equal paths. What the engine names counts;
 * the container's own mounts count if the engine names nothing.
 */
export function findLocalOverlay({
  id,
  pid,
  overlay,
}: ContainerDetails): (Overlay & { readonly group: string | undefined }) | undefined {
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
