import type { TreeChange } from '../model/tree.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { judgeRebuild, type Judgement } from './judge-rebuild.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import { makeImage } from './make-image.ts';
import { planProject } from './plan-project.ts';
import type { Project } from '../observe/project.ts';
import { requireLock } from '../versions/require-version.ts';
import type { Ask } from '../observe/images/ask-image.ts';
import { provideVersion } from '../observe/version-image.ts';
import type { PackageChange } from '../versions/compare-inventories.ts';
import { providers } from '../providers/registry.ts';
import { compareImages, listImage, openImages, showChanges } from '../versions/version-inspection.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';
import { holdProject } from '../observe/hold-project.ts';

interface CheckBuildOptions {
  /** Take the newest versions that fit, not those of the lock. */
  readonly update: boolean;
}

export interface CheckBuildResult extends Omit<Judgement, 'opaque'> {
  readonly opaque: {
    /** `cause`: why a build does not install the package, if that is known. */
    readonly packages: readonly (PackageChange & { readonly cause?: string })[];
    readonly files: readonly TreeChange<string>[];
  };
  readonly version: number;
  /** True if everything that is declared is equal. */
  readonly identical: boolean;
}

/**
 * Builds from the base by devenv.yaml alone, without any step from a cache, and
 * compares the result with the current version. Records nothing.
 */
export async function checkBuild(context: Context, options: CheckBuildOptions): Promise<CheckBuildResult> {
  return holdProject(
    context,
    'build --check',
    async (project) => {
      const version = currentVersion(requireLock(project));
      refusePending(project);
      const plan = planProject(project, { clean: true, update: options.update });
      if (plan.kind === 'none') throw new DevenvError('INTERNAL', 'A clean build was planned as nothing.');
      const { reference } = await makeImage(context, project, plan, { noCache: true, update: options.update });
      const task = context.progress.task(`Comparing with version ${String(version.number)}`);
      const references = { recorded: await provideVersion(context, project.environment, version), rebuilt: reference };
      const judged = await openImages(context, project, references, async ({ recorded, rebuilt }) => {
        const [before, after] = await Promise.all([takeInventory(recorded.ask), takeInventory(rebuilt.ask)]);
        const [old, now] = await Promise.all([askOwners(recorded.ask), askOwners(rebuilt.ask)]);
        const changes = await compareImages(project, await listImage(recorded), await listImage(rebuilt));
        const ownerOf = (path: string): string | undefined => now.get(path) ?? old.get(path);
        const causes = await askCauses(recorded.ask);
        return { ...judgeRebuild({ items: project.desired, before, after, changes, ownerOf }), causes };
      });
      task.done();
      const { reproduced, failed, opaque, causes } = judged;
      const packages = opaque.packages.map((change) => {
        const cause = change.after === undefined ? causes.get(`${change.provider}:${change.name}`) : undefined;
        return { ...change, ...(cause !== undefined && { cause }) };
      });
      return {
        ...{ version: version.number, identical: failed.length === 0, reproduced, failed },
        opaque: { packages, files: showChanges(opaque.files) },
      };
    },
    options.update ? 'newest' : 'all',
  );
}

/** Package → why a build does not install it. */
async function askCauses(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    providers.map(async ({ name, proposal }): Promise<readonly (readonly [string, string])[]> => {
      if (proposal === 'none' || proposal.requests === 'none') return [];
      const { stdout } = await ask({ argv: proposal.requests.argv });
      const { recommended } = proposal.requests.parse(stdout.toString('utf8'));
      return [...recommended].map(([one, by]) => [`${name}:${one}`, `recommended by ${by}`]);
    }),
  );
  return new Map(found.flat());
}

/** Path → its package, such as `apt:jq`, as package managers say. One character is one byte. */
async function askOwners(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    providers.map(async ({ name, rebuild: { owners } }): Promise<readonly (readonly [string, string])[]> => {
      if (owners.kind === 'by path') return [];
      const { exitCode, stdout } = await ask({ argv: owners.argv });
      const paths = exitCode === 0 ? owners.parse(stdout.toString('latin1')) : [];
      return [...paths].map(([path, owner]) => [path, `${name}:${owner}`]);
    }),
  );
  return new Map(found.flat());
}

/** A pending change would be reported as a difference. */
function refusePending({ lock, shape }: Project): void {
  if (lock?.shape === shape) return;
  throw new DevenvError('CHANGES_PENDING', 'devenv.yaml asks for something else than the current version has.', {
    hint: 'Run `devenv up` first: the check compares a version with what it was built from.',
  });
}
