import { provideBase } from './base/provide-base.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { hashItems } from '../lock/hash-json.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Digest, Resolved, ServicePin } from '../model/version.ts';
import type { Service, ServiceBuild } from '../model/service.ts';
import { planImage } from './plan-image.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { providers } from '../providers/registry.ts';
import { completeConfig } from './complete-config.ts';
import type { Context } from '../ports/context.ts';
import { guardBuild } from './guard-build.ts';
import { makeImage } from './make-image.ts';
import { namePinned } from './name-pinned.ts';
import { type Project, serviceEnvironment } from '../observe/project.ts';
import { type ServiceImage, desire, findPin, identifyPin } from './service-image.ts';

interface ProvideOptions {
  /** Take the newest image, not the pinned one. */
  readonly update?: boolean;
  /** `PATH=REASON` for findings that are allowed in a build. */
  readonly allow?: readonly string[];
}

/** Gets a service's image into the engine: pulls its pinned digest, or builds it with its pinned versions. */
export async function provideServiceImage(
  context: Context,
  project: Project,
  service: Service,
  { update = false, allow = [] }: ProvideOptions = {},
): Promise<ServiceImage> {
  const pin = update ? undefined : findPin(project, service);
  const { source } = service;
  return source.kind === 'image'
    ? pullImage(context, source.image, pin, update)
    : buildImage(context, project, service.name, source.build, pin, { update, allow });
}

async function pullImage(
  context: Context,
  name: string,
  pin: ServicePin | undefined,
  update: boolean,
): Promise<ServiceImage> {
  const engine = await context.engine();
  const pins: Record<string, string> = pin !== undefined && 'image' in pin ? { [name]: pin.digest } : {};
  const { reference, resolved } = await provideBase(context, { kind: 'image', image: name }, { pins, update });
  const image = await requireImage(engine.images, reference);
  const digest = resolved[name] as Digest | undefined;
  if (digest === undefined) return { reference, identity: image.id, image };
  const made: ServicePin = { image: name, digest };
  return { reference, identity: identifyPin(made), pin: made, image };
}

async function buildImage(
  context: Context,
  project: Project,
  name: string,
  build: ServiceBuild,
  pin: ServicePin | undefined,
  { update, allow }: Required<ProvideOptions>,
): Promise<ServiceImage> {
  const environment = serviceEnvironment(project.environment, build);
  const desired = desire(environment, project);
  const pins = pin !== undefined && 'build' in pin ? pin.resolved : {};
  const planWith = (resolved: Resolved): ImagePlan =>
    planImage({ environment, desired, lock: undefined, clean: false, pins: resolved, providers });
  const plan = planWith(pins);
  if (plan.kind === 'none') throw new DevenvError('INTERNAL', `The image of the service ${name} has no plan.`);
  context.progress.note(`Service ${name}: building its image`);
  const lock = project.lock && { ...project.lock, resolved: pins };
  const guard = guardBuild(context, project, { message: '', allow, local: `The image of the service ${name}` });
  const made = await makeImage(context, { ...project, environment, desired, lock }, plan, {
    configure: { role: 'service', config: configure },
    ...{ update, guard },
  });
  const next = planWith(made.resolved);
  // Pinned versions may be gone from the mirror later. The build does not depend on these names.
  if (next.kind === 'build') await namePinned(context, project, made, next.steps).catch(() => undefined);
  const allowed = [...(pin !== undefined && 'build' in pin ? (pin.allowed ?? []) : []), ...guard.allowed];
  const written: ServicePin = {
    ...{ build: hashItems(desired), resolved: made.resolved },
    ...(allowed.length > 0 && { allowed }),
  };
  return { reference: made.reference, identity: identifyPin(written), pin: written, image: made.image };
}

/** A service starts the same program as its base. */
function configure({ config }: Image): ImageConfig {
  return completeConfig(config);
}
