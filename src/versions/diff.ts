import { type ItemsDelta, reconcileItems } from '../model/item.ts';
import type { TreeChange } from '../model/tree.ts';
import { compareInventories, type PackageChange } from './compare-inventories.ts';
import { describeItems } from './describe-version.ts';
import { resolveVersionItems } from '../lock/version-items.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';
import { requireLock, requireVersion } from './require-version.ts';
import { provideVersion } from '../observe/version-image.ts';
import { compareImages, listImage, openImages, showChanges } from './version-inspection.ts';
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
  const references = {
    old: await provideVersion(context, project.environment, before),
    now: await provideVersion(context, project.environment, after),
  };
  return openImages(context, project, references, async ({ old, now }) => {
    const [a, b] = await Promise.all([takeInventory(old.ask), takeInventory(now.ask)]);
    const files = options.files ? await compareImages(project, await listImage(old), await listImage(now)) : undefined;
    return {
      before: before.number,
      after: after.number,
      declared,
      words: describeItems(declared, items),
      packages: compareInventories(a, b),
      env: compareEnv(old.image.config.env, now.image.config.env),
      size: { before: old.image.size, after: now.image.size },
      ...(files !== undefined && { files: showChanges(files) }),
    };
  });
}

function compareEnv(before: readonly string[], after: readonly string[]): VersionDiff['env'] {
  return {
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
  };
}
