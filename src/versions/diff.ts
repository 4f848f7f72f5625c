import { type ItemsDelta, reconcileItems } from '../model/item.ts';
import type { Image } from '../model/image.ts';
import type { Digest, Resolved, Version } from '../model/version.ts';
import type { TreeChange } from '../model/tree.ts';
import { compareInventories, type PackageChange } from './compare-inventories.ts';
import { describeItems } from './describe-version.ts';
import { resolveVersionItems } from '../lock/version-items.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { readProject, type Project } from '../observe/project.ts';
import { requireLock, requireVersion } from './require-version.ts';
import { provideVersion } from '../observe/version-image.ts';
import { compareImages, listImage, openImages, showChanges } from './version-inspection.ts';
import { keepInventory, recallInventories } from '../observe/images/recall-inventories.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';

interface DiffOptions {
  /** Absent: the version before `after`. */
  readonly before?: number;
  /** Absent: the current version. */
  readonly after?: number;
  readonly files: boolean;
}

export interface VersionDiff {
  readonly before: number;
  readonly after: number;
  /** Changed declarations. */
  readonly declared: ItemsDelta;
  /** `declared` in words. */
  readonly words: readonly string[];
  /** Changed packages, declared or not. */
  readonly packages: readonly PackageChange[];
  /** Changed variables of the image. */
  readonly env: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Bytes. */
  readonly size: { readonly before: number; readonly after: number };
  readonly files?: readonly TreeChange<string>[];
}

/** Compares two versions, which are pulled if this engine lacks them. */
export async function diff(context: Context, options: DiffOptions): Promise<VersionDiff> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const after = requireVersion(lock, options.after ?? lock.current);
  const number = options.before ?? after.parent;
  if (number === undefined) {
    throw new DevenvError(
      'USAGE',
      `Version ${String(after.number)} is the first: there is no version to compare it with.`,
      {
        hint: `See \`devenv show ${String(after.number)}\`.`,
      },
    );
  }
  const before = requireVersion(lock, number);
  const items = resolveVersionItems(lock, before.number);
  const declared = reconcileItems(items, resolveVersionItems(lock, after.number));
  const old = await findImage(context, project, before);
  const now = await findImage(context, project, after);
  const { inventories, files } = await look(context, project, { old, now }, options.files);
  return {
    before: before.number,
    after: after.number,
    declared,
    words: describeItems(declared, items),
    packages: compareInventories(inventories.old, inventories.now),
    env: compareEnv(old.image.config.env, now.image.config.env),
    size: { before: old.image.size, after: now.image.size },
    ...(files !== undefined && { files: showChanges(files) }),
  };
}

interface Found {
  readonly content: Digest;
  readonly reference: string;
  readonly image: Image;
}

async function findImage(context: Context, { environment }: Project, version: Version): Promise<Found> {
  const reference = await provideVersion(context, environment, version);
  const { images } = await context.engine();
  return { content: version.content, reference, image: await requireImage(images, reference) };
}

interface Sides<T> {
  readonly old: T;
  readonly now: T;
}

/** Looks into the images whose inventory this machine does not know, and into both for a comparison of files. */
async function look(
  context: Context,
  project: Project,
  { old, now }: Sides<Found>,
  files: boolean,
): Promise<{ readonly inventories: Sides<Resolved>; readonly files: readonly TreeChange[] | undefined }> {
  const known = await recallInventories(context, project.folder);
  const sides = { old, now };
  const opened = (['old', 'now'] as const).filter((side) => files || !known.has(sides[side].content));
  const references = Object.fromEntries(opened.map((side) => [side, sides[side].reference]));
  return openImages(context, project, references, async (open) => {
    const take = async (side: 'old' | 'now'): Promise<Resolved> =>
      known.get(sides[side].content) ?? (open[side] === undefined ? {} : takeInventory(open[side].ask));
    const [a, b] = await Promise.all([take('old'), take('now')]);
    if (!known.has(old.content)) await keepInventory(context, project.folder, old.content, a);
    if (!known.has(now.content)) await keepInventory(context, project.folder, now.content, b);
    const trees =
      files && open['old'] && open['now'] && (await Promise.all([listImage(open['old']), listImage(open['now'])]));
    return {
      inventories: { old: a, now: b },
      files: trees ? await compareImages(project, trees[0], trees[1]) : undefined,
    };
  });
}

function compareEnv(before: readonly string[], after: readonly string[]): VersionDiff['env'] {
  return {
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
  };
}
