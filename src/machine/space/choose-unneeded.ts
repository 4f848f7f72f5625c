import type { Lock } from '../../model/version.ts';
import { labels } from '../../observe/labels.ts';
import { versionTag } from '../../observe/version-image.ts';
import type { EngineUsage, ImageUsage } from '../../ports/engine.ts';
import { sortNames } from './sort-image.ts';

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
  const { containers, images, volumes } = usage;
  const used = new Set(containers.map(({ image }) => image));
  const ids = new Set(containers.map(({ id }) => id));
  const isOld = (created: number, least: number): boolean => now - created > Math.max(least, retention.age ?? 0);
  const newest = listNewest(images, retention.keep);
  const found: Unneeded[] = [];
  for (const image of images) {
    if (used.has(image.id) || ids.has(image.labels[labels.origin] ?? '')) continue;
    const { created } = image;
    for (const [name, purpose] of sortNames(image)) {
      const own = { object: 'image', name, created } as const;
      if (purpose.kind === 'version') {
        const { project, number, content } = purpose;
        const known = projects.get(project) ?? { locks: [], elsewhere: false };
        const least = judgeVersion(`${String(number)}-${content}`, image, known);
        if (least !== undefined && !newest.has(name) && isOld(created, least))
          found.push({ kind: 'version', project, ...own });
      } else if (purpose.kind === 'bundled') {
        const { project, digest } = purpose;
        const { locks, elsewhere } = projects.get(project) ?? { locks: [], elsewhere: false };
        if (!elsewhere && !locks.some((lock) => names(lock, digest)) && isOld(created, ended))
          found.push({ kind: 'bundled', project, ...own });
      } else if (purpose.kind === 'step' && isOld(created, stepAge)) found.push({ kind: 'step', ...own });
      else if (purpose.kind === 'base' && !newest.has(name) && isOld(created, ended))
        found.push({ kind: 'base', ...own });
    }
  }
  for (const { name, labels: has, used: isUsed, created } of volumes) {
    if (isUsed) continue;
    if (has[labels.role] === 'cache' && retention.caches)
      found.push({ kind: 'cache', object: 'volume', name, created });
    if (has[labels.role] === 'builder' && created > 0 && now - created > day)
      found.push({ kind: 'builder', object: 'volume', name, created });
  }
  for (const { name, labels: has, running, created } of containers) {
    if (running || !['builder', 'carrier', 'helper'].includes(has[labels.role] ?? '') || now - created <= day) continue;
    found.push({ kind: 'builder', object: 'container', name, created });
  }
  return found;
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

/**
 * Bytes that each removal frees if all are done in this order: an image frees the layers that no other image has by then.
 */
export function weighRemovals(
  { images, volumes, containers }: EngineUsage,
  chosen: readonly Unneeded[],
): readonly number[] {
  const left = new Map(images.map((image) => [image.id, image.tags.length]));
  const users = new Map<string, number>();
  for (const { layers } of images) for (const { id } of layers) users.set(id, (users.get(id) ?? 0) + 1);
  return chosen.map(({ object, name }) => {
    if (object === 'volume') return volumes.find((one) => one.name === name)?.size ?? 0;
    if (object === 'container') return containers.find((one) => one.name === name)?.size ?? 0;
    const image = images.find(({ tags }) => tags.includes(name));
    if (image === undefined) return 0;
    const names = (left.get(image.id) ?? 0) - 1;
    left.set(image.id, names);
    if (names > 0) return 0;
    let freed = 0;
    for (const { id, size } of image.layers) {
      const rest = (users.get(id) ?? 0) - 1;
      users.set(id, rest);
      if (rest === 0) freed += size;
    }
    return freed;
  });
}
