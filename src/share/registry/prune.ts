import { DevenvError } from '../../errors/devenv-error.ts';
import type { Digest, Lock } from '../../model/version.ts';
import { inFew } from '../../observe/in-few.ts';
import { inTask } from '../../observe/in-task.ts';
import { readProject } from '../../observe/project.ts';
import { requireRepository } from '../../observe/require-repository.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import { versionTag } from '../../observe/version-image.ts';
import type { Context } from '../../ports/context.ts';
import type { Images } from '../../ports/images.ts';
import type { RegistryAuth } from '../../ports/registry.ts';
import { requireLock } from '../../versions/require-version.ts';

interface PruneRegistryOptions {
  readonly dryRun: boolean;
  /** Shows what would be deleted, before the question. */
  readonly show: (tags: readonly string[]) => void;
}

export interface PrunedRegistry {
  readonly repository: string;
  /** That were deleted; with `dryRun`, that would be. */
  readonly tags: readonly string[];
  readonly removed: boolean;
}

const mostTags = 10_000;

/**
 * Deletes what devenv pushed to the project's repository and devenv-lock.yaml does not name: versions before a rollback or
 * rebase, steps and data. Newer versions stay: others may have pushed them. Throws NOT_CONFIRMED, REGISTRY_DENIED.
 */
export async function pruneRegistry(context: Context, options: PruneRegistryOptions): Promise<PrunedRegistry> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const repository = requireRepository(project.environment);
  const { images } = await context.engine();
  const { auth } = await transferOptions(context, repository);
  const all = await images.listTags(repository, mostTags, auth);
  const tags = all.filter((tag) => isUnnamed(lock, tag)).sort();
  const manifests = await inTask(context.progress, `Looking at ${repository}`, () =>
    findManifests(images, repository, lock, { tags, all }, auth),
  );
  const chosen = tags.filter((tag) => manifests.has(tag));
  if (options.dryRun || chosen.length === 0) return { repository, tags: chosen, removed: false };
  options.show(chosen);
  context.progress.note('Versions of git branches that are not merged here would be lost with them.');
  if (!(await context.prompt.confirm(`Delete all of this in ${repository} for everybody?`, false)))
    throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to delete anything.', {
      state: 'The registry has all of it.',
    });
  for (const digest of new Set(manifests.values())) await images.deleteManifest(repository, digest, auth);
  return { repository, tags: chosen, removed: true };
}

/** True for a tag as devenv gives it, of something that the lock does not name. */
function isUnnamed({ versions, steps = {} }: Lock, tag: string): boolean {
  const number = /^(\d+)-[0-9a-f]{12}$/.exec(tag)?.[1];
  if (number !== undefined) {
    const newest = Math.max(...versions.map((version) => version.number));
    return Number(number) <= newest && !versions.some((version) => versionTag(version) === tag);
  }
  const key = /^step-([0-9a-f]{40})$/.exec(tag)?.[1];
  if (key !== undefined) return !Object.keys(steps).some((each) => each.startsWith(key));
  return /^seed-\d+-[0-9a-f]{12}$/.test(tag);
}

/** Requests at once. */
const width = 8;

/** Tag → its manifest. Without those that the lock or another tag names, too: a manifest goes with all its tags. */
async function findManifests(
  images: Images,
  repository: string,
  { versions, steps = {}, seed }: Lock,
  { tags, all }: { readonly tags: readonly string[]; readonly all: readonly string[] },
  auth: RegistryAuth | undefined,
): Promise<ReadonlyMap<string, Digest>> {
  const kept = new Set<Digest | undefined>([
    ...versions.map(({ digest }) => digest),
    ...Object.values(steps),
    seed?.digest,
  ]);
  const found = new Map<string, Digest>();
  if (tags.length === 0) return found;
  const unnamed = new Set(tags);
  const known = new Set(versions.flatMap((one) => (one.digest === undefined ? [] : [versionTag(one)])));
  await inFew(
    all.filter((tag) => !known.has(tag)),
    width,
    async (tag) => {
      const digest = await images.resolveDigest(`${repository}:${tag}`, auth);
      if (digest === undefined) return;
      if (unnamed.has(tag)) found.set(tag, digest);
      else kept.add(digest);
    },
  );
  return new Map([...found].filter(([, digest]) => !kept.has(digest)));
}
