import { isNoise } from './explain/is-noise.ts';
import type { RawChange } from '../../model/container.ts';
import type { Containers } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { observeStanding } from '../../observe/standing.ts';

/**
 * Folders that changed themselves, though the engine's list would have them for
 * the noise alone that is in them: a mode, an owner. Only where there are such
 * folders is the storage read. None where it cannot be.
 */
export async function findHidden(
  context: Context,
  engine: Containers,
  project: Project,
  container: string,
  listed: readonly RawChange[],
): Promise<readonly RawChange[]> {
  const parents = new Set(listed.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 0))));
  const doubtful = listed.some(({ path, kind }) => kind === 'modified' && parents.has(path) && !isNoise(path));
  const details = doubtful ? await engine.runtime.inspect(container) : undefined;
  if (details === undefined) return [];
  const changes = await context.changes();
  const exact = await changes.list(container, await observeStanding(engine.images, project, details));
  return [...(exact ?? [])].filter(({ path }) => !isNoise(path));
}
