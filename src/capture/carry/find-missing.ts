import { splitPaths, type BytePath, pathFromText } from '../../model/byte-path.ts';
import { compareInventories, type PackageChange } from '../../versions/compare-inventories.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import type { SharedRecord } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import type { FileReplay, Sides } from './replay-files.ts';
import { openImages } from '../../versions/version-inspection.ts';
import { takeInventory } from '../../observe/images/take-inventory.ts';

/** Packages of our side that the other side lacks. */
interface MissingPackages {
  readonly packages: readonly PackageChange[];
  /** Files of those packages whose manager keeps one record of all: without it they would belong to no package. */
  readonly files: ReadonlySet<BytePath>;
}

const recorded = providers.flatMap(({ name, carry }): readonly (SharedRecord & { readonly name: string })[] =>
  carry === 'files alone' ? [] : [{ ...carry, name }],
);

/** True for a package that needs our side's record of its package manager. */
export const needsRecord = ({ provider }: PackageChange): boolean => recorded.some(({ name }) => name === provider);

/** True if both sides changed a record of all packages: only one can be kept. */
export const recordsClash = ({ records }: FileReplay): boolean =>
  recorded.some(({ path }) => records.includes(pathFromText(path)));

/** Packages that were installed on our side only. */
export async function findMissing(context: Context, project: Project, sides: Sides): Promise<MissingPackages> {
  return openImages(context, project, sides, async ({ before, ours, theirs }) => {
    const found = await Promise.all([before, ours, theirs].map(({ ask }) => takeInventory(ask)));
    const [then = {}, mine = {}, now = {}] = found;
    const packages = compareInventories(then, mine).filter(
      ({ provider, name, after }) => after !== undefined && now[provider]?.[name] === undefined,
    );
    const files = new Set<BytePath>();
    for (const { name: own, listFiles } of recorded) {
      const names = packages.filter(({ provider }) => provider === own).map(({ name }) => name);
      if (names.length === 0) continue;
      const { stdout } = await ours.ask({ argv: listFiles(names) });
      for (const path of splitPaths(stdout, '\n')) files.add(path);
    }
    return { packages, files };
  });
}
