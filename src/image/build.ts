import type { ImagePlan } from '../model/plan.ts';
import type { ServicePin, Version } from '../model/version.ts';
import { carryOut, requireDone } from '../plan/carry-out.ts';
import { Graph } from '../plan/graph.ts';
import { planVersion } from '../plan/plan-images.ts';
import type { Context } from '../ports/context.ts';
import { type Project, readLock } from '../observe/project.ts';
import { buildActs } from './build-acts.ts';
import { observeImage } from './observe-image.ts';
import { confirmPlan, planProject } from './plan-project.ts';
import { printCanonicalJson } from '../lock/hash-json.ts';
import type { Held } from '../ports/project-lock.ts';
import { provideServiceImage } from './provide-service-image.ts';
import { requireRepository } from '../observe/require-repository.ts';
import { writeLock } from '../versions/write-lock.ts';
import { holdProject } from '../observe/hold-project.ts';

export interface BuildOptions {
  /** Build from the base, not on top of a version. */
  readonly clean: boolean;
  /** Run every step, also one of which this engine has the image. */
  readonly noCache: boolean;
  /** Take the newest versions that fit, not those of the lock. */
  readonly update: boolean;
  /** Build although it loses committed changes. */
  readonly discard: boolean;
  readonly message?: string;
  /** Take the images of steps that devenv-lock.yaml names from the registry. */
  readonly cacheFrom?: boolean;
  /** Push the images of the steps, and record them in the lock. */
  readonly cacheTo?: boolean;
  /** The version is pushed afterwards. */
  readonly push?: boolean;
  /** `PATH=REASON` for findings that are allowed. */
  readonly allow: readonly string[];
}

interface BuildResult {
  readonly plan: ImagePlan;
  /** Absent if there was nothing to build. */
  readonly version?: Version;
  /** Services that have a new pin. */
  readonly services?: readonly string[];
}

/** Makes a version of what devenv.yaml says, unless the current one is that already. */
export async function build(context: Context, options: BuildOptions): Promise<BuildResult> {
  return holdProject(
    context,
    'build',
    async (opened, held) => {
      let project = opened;
      if (options.push === true || options.cacheTo === true) requireRepository(project.environment);
      const plan = planProject(project, options);
      let version: Version | undefined;
      if (plan.kind === 'build') {
        await confirmPlan(context, project, plan, options);
        const graph = new Graph();
        planVersion(graph, await observeImage((await context.engine()).images, project, plan), true);
        const record = (made: Version): void => void (version = made);
        const acts = buildActs(context, project, { ...options, held, plan, record });
        requireDone(
          graph.operations,
          await carryOut(graph.operations, acts, { signal: context.signal }),
          context.signal,
        );
        project = { ...project, ...(await readLock(context, project.folder)) };
      }
      const services = options.update ? await renewServices(context, held, project, options.allow) : [];
      return { plan, ...(version !== undefined && { version }), ...(services.length > 0 && { services }) };
    },
    options.update ? 'newest' : 'all',
  );
}

/**
 * Gets the newest image of each service and pins it. Gives the names of those
 * that run another one from the next `up` on. The caller holds the project.
 */
async function renewServices(
  context: Context,
  held: Held,
  project: Project,
  allow: readonly string[],
): Promise<readonly string[]> {
  const { lock, environment } = project;
  if (lock === undefined) return [];
  const pins: Record<string, ServicePin> = { ...lock.services };
  const renewed: string[] = [];
  for (const service of environment.services) {
    const { name, source } = service;
    if (source.kind === 'image' && source.lent === true) {
      context.progress.note(`The service ${name} was not renewed: a variable of your machine names its image.`);
      continue;
    }
    const { pin } = await provideServiceImage(context, project, service, { update: true, allow });
    const before = pins[name];
    if (pin === undefined || (before !== undefined && printCanonicalJson(before) === printCanonicalJson(pin))) continue;
    pins[name] = pin;
    renewed.push(name);
  }
  if (renewed.length > 0) await writeLock(context, held, project, { ...lock, services: pins });
  return renewed;
}
