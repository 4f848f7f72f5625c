import type { Engine } from '../../ports/engine.ts';
import { labels } from '../../observe/labels.ts';
import { builderPrefix } from '../../observe/images/builder-spec.ts';

/**
 * Removes the builders that a killed build left. `owner` as for `buildStep`. The
 * caller holds the project, so no builder of it is in use. Returns the count.
 */
export async function removeDeadBuilders(engine: Pick<Engine, 'runtime' | 'volumes'>, owner: string): Promise<number> {
  const builders = await engine.runtime.list([`${labels.role}=builder`]);
  const dead = builders.filter(({ name }) => name.startsWith(builderPrefix(owner)));
  await Promise.all(dead.map(async ({ id }) => engine.runtime.remove(id)));
  const volumes = await engine.volumes.list([`${labels.role}=builder`]);
  const scratch = volumes.filter(({ name }) => name.startsWith(builderPrefix(owner)));
  await Promise.all(scratch.map(async ({ name }) => engine.volumes.remove(name)));
  return dead.length;
}
