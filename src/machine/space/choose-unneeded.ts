import type { Lock } from '../../model/version.ts';
import { labels } from '../../observe/labels.ts';
import { versionTag } from '../../observe/version-image.ts';
import type { EngineUsage, ImageUsage } from '../../ports/engine.ts';
import { sortNames, type ImagePurpose } from './sort-image.ts';

/** The locks of the projects of one name. */
export interface KnownProject {
  readonly locks: readonly Lock[];
  /** Something on the engine is of a folder that is not here, or whose lock cannot be read. */
  readonly elsewhere: boolean;
}

export interface Retention {
  /** The newest versions of each project that stay. */
  readonly keep: number;
  /** Milliseconds. What is younger stays. */
  readonly age?: number;
  /** Also the packages that builds downloaded. */
  readonly caches: boolean;
}

/** Something that nothing needs. `name`: of an image, volume or container on the engine. */
export interface Unneeded {
  readonly kind: 'version' | 'bundled' | 'step' | 'base' | 'snapshot' | 'cache' | 'builder';
  /** `file`: the cache of this machine, which is no part of the engine. */
  readonly object: 'image' | 'volume' | 'container' | 'file';
  readonly name: string;
  readonly project?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

const day = 24 * 3_600_000;
/** What a person ended or undid may be wanted back. */
const ended = 7 * day;
/** A build makes it again. */
const stepAge = 30 * day;

/**
 * Chooses what neither a workspace nor a lock needs. A version stays if a container has it or was captured into it, if it
 * is current or newest, and if no registry has it.
 */
export function chooseUnneeded(
  usage: EngineUsage,
  projects: ReadonlyMap<string, KnownProject>,
  now: number,
  retention: Retention,
): readonly Unneeded[] {
  return [
    ...chooseImages(usage, projects, now, retention),
    ...chooseVolumes(usage, now, retention),
    ...chooseContainers(usage, now),
  ];
}

function chooseImages(
  { containers, images }: EngineUsage,
  projects: ReadonlyMap<string, KnownProject>,
  now: number,
  retention: Retention,
): readonly Unneeded[] {
  const used = new Set(containers.map(({ image }) => image));
  const origins = new Set(containers.map(({ id }) => id));
  const newest = listNewest(images, retention.keep);
  return images.flatMap((image) => {
    const { created } = image;
    if (used.has(image.id) || origins.has(image.labels[labels.origin] ?? '')) return [];
    return sortNames(image).flatMap(([name, purpose]): readonly Unneeded[] => {
      if (purpose.kind === 'snapshot' || purpose.kind === 'other' || newest.has(name)) return [];
      const least = leastAge(purpose, image, projects);
      if (least === undefined || now - created <= Math.max(least, retention.age ?? 0)) return [];
      const project = 'project' in purpose ? { project: purpose.project } : {};
      return [{ kind: purpose.kind, object: 'image', name, created, ...project }];
    });
  });
}

function chooseVolumes({ volumes }: EngineUsage, now: number, { caches }: Retention): readonly Unneeded[] {
  return volumes.flatMap(({ name, labels: has, used, created }): readonly Unneeded[] => {
    const role = has[labels.role];
    if (used) return [];
    if (role === 'cache' && caches) return [{ kind: 'cache', object: 'volume', name, created }];
    if (role === 'builder' && created > 0 && now - created > day)
      return [{ kind: 'builder', object: 'volume', name, created }];
    return [];
  });
}

function chooseContainers({ containers }: EngineUsage, now: number): readonly Unneeded[] {
  return containers.flatMap(({ name, labels: has, running, created }): readonly Unneeded[] =>
    !running && ['builder', 'carrier', 'helper'].includes(has[labels.role] ?? '') && now - created > day
      ? [{ kind: 'builder', object: 'container', name, created }]
      : [],
  );
}

/** Least age in milliseconds at which an image of this purpose may go; undefined if it stays. */
function leastAge(
  purpose: ImagePurpose & { readonly kind: 'version' | 'bundled' | 'step' | 'base' },
  image: ImageUsage,
  projects: ReadonlyMap<string, KnownProject>,
): number | undefined {
  if (purpose.kind === 'step') return stepAge;
  if (purpose.kind === 'base') return ended;
  const known = projects.get(purpose.project) ?? { locks: [], elsewhere: false };
  if (purpose.kind === 'version') return judgeVersion(`${String(purpose.number)}-${purpose.content}`, image, known);
  return known.elsewhere || known.locks.some((lock) => names(lock, purpose.digest)) ? undefined : ended;
}

/** Least age in milliseconds at which a version may go; undefined if it stays. */
function judgeVersion(
  tag: string,
  { digests, tags }: ImageUsage,
  { locks, elsewhere }: KnownProject,
): number | undefined {
  // Of a folder on another machine, nobody here knows what it needs.
  if (elsewhere) return undefined;
  if (locks.some((lock) => lock.versions.some((one) => one.number === lock.current && versionTag(one) === tag)))
    return undefined;
  const recorded = locks.flatMap(({ versions }) => versions.filter((one) => versionTag(one) === tag));
  if (recorded.length > 0) {
    // A workspace can write the lock: the image, too, has to have the name that a push or pull gave it.
    const isPushed = [...digests, ...tags].some(isOfRegistry) && recorded.every(({ digest }) => digest !== undefined);
    return isPushed ? 0 : undefined;
  }
  // Nothing records it. Without any lock, this may be the only copy.
  if (locks.length === 0) return digests.some(isOfRegistry) ? ended : undefined;
  return ended;
}

/** Some engines give digests to names that only this engine knows, too. */
const isOfRegistry = (name: string): boolean => !/^(?:(?:localhost|docker\.io)\/)?devenv\//.test(name);

const names = ({ services, seed }: Lock, digest: string): boolean =>
  seed?.digest === digest || Object.values(services ?? {}).some((pin) => 'digest' in pin && pin.digest === digest);

/** Names of the newest versions of each project, and of the newest base of each suite. */
function listNewest(images: readonly ImageUsage[], keep: number): ReadonlySet<string> {
  const groups = new Map<string, { readonly name: string; readonly rank: number; readonly most: number }[]>();
  for (const image of images) {
    for (const [name, purpose] of sortNames(image)) {
      if (purpose.kind !== 'version' && purpose.kind !== 'base') continue;
      const [group, rank, most] =
        purpose.kind === 'version'
          ? ([`version ${purpose.project}`, purpose.number, keep] as const)
          : ([`base ${purpose.suite}`, image.created, 1] as const);
      groups.set(group, [...(groups.get(group) ?? []), { name, rank, most }]);
    }
  }
  return new Set(
    [...groups.values()].flatMap((all) => {
      const ranks = [...new Set(all.map(({ rank }) => rank))].sort((a, b) => b - a);
      return all.flatMap(({ name, rank, most }) => (ranks.indexOf(rank) < most ? [name] : []));
    }),
  );
}
