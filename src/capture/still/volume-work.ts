import { pathFromText, splitPaths } from '../../model/byte-path.ts';
import { readOutput } from '../../observe/read-output.ts';
import { isWorthless } from '../../environment/default-excludes.ts';
import type { ContainerDetails, RawChange } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Context } from '../../ports/context.ts';

/** Seconds. The engine fills such volumes from the image when it makes the container. */
const filling = 5;

/** Where a container has volumes without a name: its image asks for them, no version has them, and they go with it. */
function listNameless({ mounts }: ContainerDetails): readonly string[] {
  return mounts.flatMap((mount) =>
    mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source) && !isWorthless(mount.target) ? [mount.target] : [],
  );
}

/** What was written into such volumes; in a workspace that does not run they cannot be looked into, and all may be. */
export async function listVolumeWork(runtime: Runtime, container: string): Promise<readonly RawChange[]> {
  const details = await runtime.inspect(container);
  const places = details === undefined ? [] : listNameless(details);
  if (details === undefined || places.length === 0) return [];
  const since = `@${String(details.created + filling)}`;
  const argv = ['find', ...places, '-xdev', '-mindepth', '1', '-newerct', since, '-printf', '%p\\0'];
  const found = details.state === 'running' ? await readOutput(runtime, container, argv) : undefined;
  const paths = found === undefined ? places.map(pathFromText) : splitPaths(found);
  return paths.map((path): RawChange => ({ path, kind: 'modified' }));
}

/** Says at a commit what the version does not hold for that reason. */
export async function tellVolumes({ progress }: Context, runtime: Runtime, container: string): Promise<void> {
  const details = await runtime.inspect(container);
  const places = details === undefined ? [] : listNameless(details);
  if (places.length === 0) return;
  progress.note(
    `Not in the version, as the image keeps it in a volume of its own: what is in ${places.join(', ')}. Name the volume in devenv.yaml, and it outlives the workspace.`,
  );
}
