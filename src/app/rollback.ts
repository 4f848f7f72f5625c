import { DevenvError } from '../errors/devenv-error.ts';
import { hashItems } from '../lock/shape.ts';
import type { ItemsDelta } from '../model/item.ts';
import type { Version } from '../model/version.ts';
import { reconcileItems } from '../plan/items-delta.ts';
import { resolvePins } from '../plan/resolve-pins.ts';
import { findVersion, resolveVersionItems } from '../plan/version-items.ts';
import type { Context } from './context.ts';
import { readProject } from './project.ts';
import { findVersionImage, localReference } from './version-image.ts';
import { writeLock } from './write-lock.ts';

export interface RollbackResult {
  readonly version: Version;
  /** What devenv.yaml asks for differently from the version that is current now. */
  readonly differs: ItemsDelta;
}

/**
 * Makes an older version current by recording a new one with the same content:
 * history only grows. No workspace is touched; the next `up` moves it.
 */
export async function rollback(context: Context, number: number): Promise<RollbackResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'rollback', async (held) => {
    const project = await readProject(context);
    const { lock } = project;
    const target = lock && findVersion(lock, number);
    if (lock === undefined || target === undefined)
      throw new DevenvError('VERSION_NOT_FOUND', `There is no version ${String(number)}.`);
    if (target.number === lock.current) throw new DevenvError('USAGE', `Version ${String(number)} is current already.`);
    const items = resolveVersionItems(lock, number);
    const version: Version = {
      number: Math.max(...lock.versions.map((known) => known.number)) + 1,
      kind: 'rollback',
      parent: lock.current,
      from: number,
      content: target.content,
      author: await context.author(project.folder),
      date: new Date(context.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      message: `roll back to version ${String(number)}`,
      size: target.size,
      layers: target.layers,
      ...(target.digest !== undefined && { digest: target.digest }),
      items: { set: {}, unset: [] },
    };
    const engine = await context.engine();
    if ((await findVersionImage(engine, lock.name, target)) !== undefined) {
      await engine.tagImage(localReference(lock.name, target), localReference(lock.name, version));
    }
    await writeLock(context, held, project, {
      ...lock,
      current: version.number,
      shape: hashItems(items),
      resolved: resolvePins(items, lock.resolved, lock.resolved),
      versions: [...lock.versions, version],
    });
    return { version, differs: reconcileItems(items, project.desired) };
  });
}
