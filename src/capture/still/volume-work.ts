import { pathFromText, splitPaths } from '../../model/byte-path.ts';
import { readOutput } from '../../observe/read-output.ts';
import { isWorthless } from '../../environment/default-excludes.ts';
import type { ContainerDetails, RawChange } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Context } from '../../ports/context.ts';

/** Seconds in which an engine fills such volumes from the image, after it creates the container. */
const filling = 5;

/** Where a container has volumes without a name: its image declares them, no version has them, and they are removed with it. */
function listAnonymous({ mounts }: ContainerDetails): readonly string[] {
  return mounts.flatMap((mount) =>
    mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source) && !isWorthless(mount.target) ? [mount.target] : [],
  );
}

/** Changes in such volumes. A stopped workspace cannot be looked into: then the volume counts as changed. */
export async function listVolumeWork(runtime: Runtime, container: string): Promise<readonly RawChange[]> {
  const details = await runtime.inspect(container);
  const places = details === undefined ? [] : listAnonymous(details);
  if (details === undefined || places.length === 0) return [];
  const since = `@${String(details.created + filling)}`;
  const argv = ['find', ...places, '-xdev', '-mindepth', '1', '-newerct', since, '-printf', '%p\\0'];
  const found = details.state === 'running' ? await readOutput(runtime, container, argv) : undefined;
  const paths = found === undefined ? places.map(pathFromText) : splitPaths(found);
  return paths.map((path): RawChange => ({ path, kind: 'modified' }));
}

/** Notes at a commit which volumes the version does not have. */
export async function noteVolumes({ progress }: Context, runtime: Runtime, container: string): Promise<void> {
  const details = await runtime.inspect(container);
  if (details === undefined) return;
  const named = details.mounts.filter((one) => one.kind === 'volume' && /\.workspace-/.test(one.source));
  const places = [...listAnonymous(details), ...named.map(({ target }) => target)];
  if (places.length === 0) return;
  progress.note(
    `Not in the version: ${places.join(', ')}. The image declares a volume there, which the workspace keeps.`,
  );
}
