import type { ImagePlan } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import { guardBuild } from './guard-build.ts';
import { makeImage, type Building } from './make-image.ts';
import { confirmPlan, planProject } from './plan.ts';
import { readProject, type Project } from '../observe/project.ts';
import { describeVersion, recordVersion } from '../versions/record-version.ts';
import { renewServices } from './renew-services.ts';

export interface BuildOptions {
  /** From the base, whatever the current version has. */
  readonly clean: boolean;
  /** Run every step although this machine has its result already. */
  readonly noCache: boolean;
  /** Take the newest versions that fit instead of the lock's. */
  readonly update: boolean;
  /** Build although committed changes are lost. */
  readonly discard: boolean;
  readonly message?: string;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
}

export interface BuildResult {
  readonly plan: ImagePlan;
  /** Absent when there was nothing to build. */
  readonly version?: Version;
  /** Services of which a newer image is pinned now. */
  readonly services?: readonly string[];
}

/** Makes a version of what devenv.yaml says, where the current one is not that already. */
export async function build(context: Context, options: BuildOptions): Promise<BuildResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'build', async (held) => {
    const project = await readProject(context);
    const plan = planProject(project, options);
    const renew = async (): Promise<Pick<BuildResult, 'services'>> => {
      const services = options.update ? await renewServices(context, held, options.allow) : [];
      return services.length === 0 ? {} : { services };
    };
    if (plan.kind === 'none') return { plan, ...(await renew()) };
    await confirmPlan(context, project, plan, options);
    const version = await buildPlanned(context, held, project, plan, options);
    return { plan, version, ...(await renew()) };
  });
}

/** Carries a plan out and records the version. The caller holds the project. */
export async function buildPlanned(
  context: Context,
  held: Held,
  project: Project,
  plan: Building,
  options: Pick<BuildOptions, 'allow' | 'message'> & Partial<Pick<BuildOptions, 'noCache' | 'update'>>,
): Promise<Version> {
  const message = options.message ?? describeBuild(plan);
  const guard = guardBuild(context, project, { message, allow: options.allow });
  const { image, resolved } = await makeImage(context, project, plan, { ...options, guard });
  return recordVersion(context, held, project, {
    image,
    record: await describeVersion(context, project, {
      kind: 'build',
      ...(plan.start.kind === 'version' && { from: plan.start.number }),
      items: plan.items,
      message,
      allowed: guard.allowed,
    }),
    shape: project.shape,
    resolved,
  });
}

function describeBuild(plan: Building): string {
  const titles = plan.steps.map(({ title }) => title);
  return titles.length === 0 ? 'update the record' : titles.join('; ').slice(0, 200);
}
