import type { Facts } from './observe.ts';
import { providePersonal } from './personal/provide-personal.ts';
import { resolveMachine } from './resolve-machine.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { buildActs } from '../image/build-acts.ts';
import { pinServices } from '../image/service-pins.ts';
import { provideServiceImage } from '../image/provide-service-image.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Operation } from '../plan/operation.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Source } from './acts/site.ts';
import { readLock, type Project } from '../observe/project.ts';
import { localReference } from '../observe/version-image.ts';
import { carryOut, requireDone, type Acts } from '../plan/carry-out.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';

const kinds: readonly Operation['kind'][] = ['pull', 'base', 'step', 'record', 'service-image', 'pin', 'personal'];

/** True for an operation that makes or gets an image. What the image has is known after it. */
export const isImage = ({ kind }: Operation): boolean => kinds.includes(kind);

interface ImagesToCarryOut {
  readonly operations: readonly Operation[];
  readonly build: ImagePlan;
  readonly facts: Facts;
  readonly allow: readonly string[];
  /** As for a build. */
  readonly cacheFrom?: boolean | undefined;
  /** What the workspace is created from. Default: the version that is current then. */
  readonly source?: Source | undefined;
}

/** Carries out only the operations on images. Returns the project with the lock that they wrote. */
export async function carryOutImages(
  context: Context,
  held: Held,
  engine: Engine,
  given: Project,
  { operations, build, facts, allow, cacheFrom = false, source }: ImagesToCarryOut,
): Promise<Project> {
  let project = given;
  const reread = async (): Promise<void> => {
    project = { ...project, ...(await readLock(context, project.folder)) };
  };
  const building =
    build.kind === 'build' ? { held, plan: build, allow, cacheFrom, record: () => undefined } : undefined;
  const { record, ...rest } = buildActs(context, given, building);
  const acts: Acts = {
    ...rest,
    ...(record !== undefined && {
      record: async (operation, signal) => {
        await record(operation, signal);
        await reread();
      },
    }),
    'service-image': async ({ service: name }) => {
      const service = project.environment.services.find((one) => one.name === name);
      if (service === undefined) throw new DevenvError('INTERNAL', `There is no service ${name}.`);
      facts.images.set(name, await provideServiceImage(context, project, service, { allow }));
    },
    pin: async () => {
      await pinServices(context, held, project, facts.images);
      await reread();
    },
    personal: async () => {
      const { lock, environment } = project;
      const reference = source?.reference ?? (lock && localReference(environment.name, currentVersion(lock)));
      if (reference === undefined) throw new DevenvError('INTERNAL', 'A build ended without a lock.');
      const machine = await resolveMachine(context, project);
      facts.personal = await providePersonal(context, engine, project, machine, reference);
    },
  };
  const own = operations.filter(isImage);
  requireDone(own, await carryOut(own, acts, { signal: context.signal }), context.signal);
  return project;
}
