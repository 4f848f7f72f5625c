import { lstatSync, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { ContainerDetails, Overlay } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import { findControlGroup } from './control-group.ts';
import { parseOverlay } from './parse-overlay.ts';

/**
 * Where a container's file system lies on the engine's machine: what the
 * engine says, else what the container itself sees, which has to run for that.
 * Absent if the storage is no overlay whose folders can be read alone.
 */
export async function findOverlay(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  container: string,
): Promise<Overlay | undefined> {
  const details = await engine.runtime.inspect(container);
  return details && findOverlayOf(engine, details);
}

/** The same, of a container that was inspected just now. */
export async function findOverlayOf(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { id, state, overlay }: ContainerDetails,
): Promise<Overlay | undefined> {
  const { rootless, storage } = await engine.describe();
  if (storage.layers === 'hidden') return undefined;
  if (overlay !== undefined) return overlay;
  if (state !== 'running') return undefined;
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const exitCode = await engine.runtime.exec(id, { argv: ['cat', '/proc/self/mountinfo'], user: '0:0', stdout });
  return exitCode === 0 ? parseOverlay(Buffer.concat(chunks).toString('utf8'), rootless) : undefined;
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
