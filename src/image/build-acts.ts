import { findVersion } from '../lock/version-items.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Step } from '../model/plan.ts';
import type { Resolved, Version } from '../model/version.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';
import type { Acts } from '../plan/carry-out.ts';
import type { Context } from '../ports/context.ts';
import type { Held } from '../ports/project-lock.ts';
import { describeVersion, recordVersion } from '../versions/record-version.ts';
import { guardBuild } from './guard-build.ts';
import { openImage, type Building } from './make-image.ts';
import { namePinned } from './name-pinned.ts';
import { planImage } from './plan-image.ts';
import { sendSteps } from './steps/send-steps.ts';
import { providers } from '../providers/registry.ts';

interface PlannedBuild {
  readonly held: Held;
  readonly plan: Building;
  readonly allow: readonly string[];
  readonly message?: string;
  readonly noCache?: boolean;
  readonly update?: boolean;
  /** Take the images of steps that devenv-lock.yaml names from the registry. */
  readonly cacheFrom?: boolean;
  /** Push the images of the steps, and record them in the lock. */
  readonly cacheTo?: boolean;
  /** Called when the lock has the new version. */
  readonly record: (version: Version) => void;
}

/** The acts that pull a version's image and, with `building`, make one. The caller holds the project while it builds. */
export function buildActs(context: Context, project: Project, building?: PlannedBuild): Acts {
  const pull: Acts['pull'] = async ({ version: number }) => {
    const version = project.lock && findVersion(project.lock, number);
    if (version === undefined) throw new DevenvError('VERSION_NOT_FOUND', `There is no version ${String(number)}.`);
    await provideVersion(context, project.environment, version);
  };
  if (building === undefined) return { pull };
  const { held, plan, allow, record: tell } = building;
  const message = building.message ?? describeBuild(plan);
  const guard = guardBuild(context, project, { message, allow });
  const image = openImage(context, project, plan, { ...building, guard });
  return {
    pull,
    base: () => image.start(),
    step: ({ index }) => image.step(index),
    record: async () => {
      const made = await image.finish();
      const record = await describeVersion(context, project, {
        kind: 'build',
        ...(plan.start.kind === 'version' && { from: plan.start.number }),
        ...{ items: plan.items, message, allowed: guard.allowed },
      });
      const { shape } = project;
      tell(await recordVersion(context, held, project, { image: made.image, record, shape, resolved: made.resolved }));
      if (building.cacheTo !== true) return;
      const fromBase = plan.start.kind === 'base';
      const planned = planPinned(project, made.resolved, fromBase);
      await sendSteps(context, held, project, await namePinned(context, project, made, planned), fromBase);
    },
  };
}

/** The steps of the same build, as the next one from the lock plans them. */
function planPinned({ environment, desired, lock }: Project, pins: Resolved, fromBase: boolean): readonly Step[] {
  const known = fromBase ? undefined : lock;
  const plan = planImage({ environment, desired, lock: known, clean: false, pins, providers });
  return plan.kind === 'build' ? plan.steps : [];
}

function describeBuild(plan: Building): string {
  const titles = plan.steps.map(({ title }) => title);
  return titles.length === 0 ? 'take the base as it is' : titles.join('; ').slice(0, 200);
}
