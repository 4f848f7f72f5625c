import { splitPaths, type BytePath } from '../../model/byte-path.ts';
import { compareInventories, type PackageChange } from '../../versions/compare-inventories.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import type { FileReplay, Sides } from './replay-files.ts';
import { openImages, takeInventory } from '../../versions/version-inspection.ts';

export interface Missing {
  readonly packages: readonly PackageChange[];
  /** Of those that apt installed: without the package manager's record of them they would be nobody's. */
  readonly files: ReadonlySet<BytePath>;
}

const dpkgStatus = '/var/lib/dpkg/status';

/** True where both sides wrote down what apt installed, each something else: only one of the records can stay. */
export const recordsClash = ({ records }: FileReplay): boolean => records.some((path) => path === dpkgStatus);

/** What was installed on our side and is not on the other, beyond what was there before. */
export async function findMissing(context: Context, project: Project, sides: Sides): Promise<Missing> {
  return openImages(context, project, sides, async ({ before, ours, theirs }) => {
    const found = await Promise.all([before, ours, theirs].map(({ ask }) => takeInventory(ask)));
    const [then = {}, mine = {}, now = {}] = found;
    const packages = compareInventories(then, mine).filter(
      ({ provider, name, after }) => after !== undefined && now[provider]?.[name] === undefined,
    );
    const names = packages.filter(({ provider }) => provider === 'apt').map(({ name }) => name);
    if (names.length === 0) return { packages, files: new Set() };
    const script =
      'dpkg-query --listfiles "$@"; for name; do ls -d /var/lib/dpkg/info/"$name".* /var/lib/dpkg/info/"$name":*; done';
    const { stdout } = await ours.ask({ argv: ['sh', '-c', `${script} 2>/dev/null`, 'sh', ...names] });
    return { packages, files: new Set(splitPaths(stdout, '\n')) };
  });
}
