import { findProject } from '../../environment/find.ts';
import type { Lock } from '../../model/version.ts';
import { labels } from '../../observe/labels.ts';
import { readLock } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import type { EngineUsage } from '../../ports/engine.ts';
import type { KnownProject } from './choose-unneeded.ts';

interface ObservedProjects {
  /** By name. */
  readonly projects: ReadonlyMap<string, KnownProject>;
  /** Folders of projects that are on this machine. */
  readonly folders: readonly string[];
}

/** Reads the locks of the project here and of all that something on the engine belongs to. */
export async function observeProjects(context: Context, usage: EngineUsage): Promise<ObservedProjects> {
  const named = new Map<string, string>();
  const identities = new Map<string, Set<string>>();
  for (const { labels: found } of [...usage.containers, ...usage.volumes]) {
    const { [labels.folder]: folder, [labels.project]: project, [labels.identity]: identity } = found;
    if (folder === undefined || project === undefined) continue;
    named.set(folder, project);
    if (identity !== undefined) identities.set(folder, (identities.get(folder) ?? new Set()).add(identity));
  }
  const own = await findProject(context.files, context.folder).catch(() => undefined);
  const projects = new Map<string, { locks: Lock[]; elsewhere: boolean }>();
  const folders: string[] = [];
  for (const folder of new Set([...named.keys(), ...(own === undefined ? [] : [own.folder])])) {
    const isHere = (await context.files.kindOf(folder).catch(() => undefined)) === 'folder';
    const read = isHere ? await readLock(context, folder).catch(() => undefined) : undefined;
    const made = identities.get(folder);
    // All of it was made for another folder at this path: on another machine, or one that was moved away.
    const isForeign = isHere && made !== undefined && !made.has((await context.files.identify(folder)) ?? '');
    const name = named.get(folder) ?? read?.lock?.name;
    if (isHere) folders.push(folder);
    // A project is known by the name in its lock, too: devenv.yaml may have been renamed.
    for (const each of new Set([name, read?.lock?.name])) {
      if (each === undefined) continue;
      const known = projects.get(each) ?? { locks: [], elsewhere: false };
      projects.set(each, {
        locks: [...known.locks, ...(read?.lock === undefined ? [] : [read.lock])],
        elsewhere: known.elsewhere || read === undefined || isForeign,
      });
    }
  }
  return { projects, folders: folders.sort() };
}
