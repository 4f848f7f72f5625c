import { applyServiceOperation, applyServices, type ServiceWork } from './apply-services.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { printCanonicalJson } from '../../lock/canonical-json.ts';
import type { Container } from '../../model/container.ts';
import type { ServiceOperation } from '../../model/plan.ts';
import type { ServicePins } from '../../model/version.ts';
import type { Service } from '../../model/workspace.ts';
import { planServices } from '../../plan/plan-services.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Held } from '../../ports/project-lock.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';
import type { Project } from '../../observe/project.ts';
import { provideSecrets } from '../secret-values/provide-secrets.ts';
import { provideVolumes } from '../volumes/provide-volumes.ts';
import { describeMoves, publishPorts, readPublished } from '../network/resolve-ports.ts';
import type { Place } from '../../observe/resolve-volume.ts';
import { hashService, listServiceVolumes, resolveServiceContainer } from './service-container.ts';
import { findPin, identifyServiceImage, provideServiceImage, type ServiceImage } from '../../image/service-image.ts';
import type { ServiceNetwork } from '../network/workspace-network.ts';
import { writeLock } from '../../versions/write-lock.ts';

type Images = ReadonlyMap<string, ServiceImage>;

export interface ServiceOptions {
  readonly frozen: boolean;
  /** Refuse where a port of the host is taken, in place of another one. */
  readonly strictPorts: boolean;
  /** As `build` has it, for images that are built. */
  readonly allow?: readonly string[];
}

/** Services that wait to be brought up, and what that takes. */
export interface PreparedServices {
  /** In the order in which they were decided; the services carry them out beside each other. */
  readonly operations: readonly ServiceOperation[];
  /** `workspace` resolves with the workspace's container when that runs. Throws SERVICE_FAILED. */
  readonly bring: (workspace: Promise<string>) => Promise<void>;
}

/**
 * What the services of devenv.yaml need, `containers` being those of the
 * workspace's services. Those whose image the lock does not pin yet count as
 * changed.
 */
export async function observeServices(
  engine: Engine,
  project: Project,
  place: Place,
  containers: readonly Container[],
  network: ServiceNetwork | undefined,
  images: Images = new Map(),
): Promise<readonly ServiceOperation[]> {
  const goals = await Promise.all(
    project.environment.services.map(async (service) => ({
      name: service.name,
      content: images.get(service.name)?.identity ?? (await identifyServiceImage(engine, project, service)) ?? '',
      settings: hashService(service, place, hasSecrets(project)),
    })),
  );
  const observed = containers.map((container) => ({
    service: container.labels[labels.service] ?? '',
    container,
    content: container.labels[labels.content] ?? '',
    settings: container.labels[labels.settings] ?? '',
  }));
  return planServices(goals, observed, network);
}

/**
 * Gets the images of services, writes into the lock which they are, and
 * decides what there is to do; removes what devenv.yaml no longer has. The
 * caller holds the project, and reads it again. Throws CHANGES_PENDING where
 * `frozen` forbids to write the lock.
 */
export async function prepareServices(
  context: Context,
  held: Held,
  engine: Engine,
  project: Project,
  place: Place,
  containers: readonly Container[],
  network: ServiceNetwork | undefined,
  options: ServiceOptions,
): Promise<PreparedServices> {
  const { services } = project.environment;
  const images = new Map<string, ServiceImage>();
  const provide = { allow: options.allow ?? [] };
  for (const service of services) {
    if ((await identifyServiceImage(engine, project, service)) !== undefined) continue;
    if (options.frozen) throw unpinned(service);
    images.set(service.name, await provideServiceImage(context, project, service, provide));
  }
  await pinServices(context, held, project, images, options);
  const operations = await observeServices(engine, project, place, containers, network, images);
  for (const { service: name, kind } of operations) {
    const service = services.find((one) => one.name === name);
    if (service === undefined || images.has(name) || (kind !== 'create' && kind !== 'recreate')) continue;
    images.set(name, await provideServiceImage(context, project, service, provide));
  }
  const declared = new Set(services.map(({ name }) => name));
  await removeGone(
    context,
    engine,
    operations.filter(({ service }) => !declared.has(service)),
  );
  return {
    operations,
    bring: async (workspace) => {
      const work: ServiceWork[] = [];
      for (const service of services) {
        const own = operations.filter((operation) => operation.service === service.name);
        work.push(await resolveWork(engine, project, service, place, network, own, containers, images, options));
      }
      const { progress, failpoints, signal } = context;
      const secrets = work.length === 0 ? new Map<string, string>() : await provideSecrets(context, project);
      await applyServices({ engine, progress, failpoints, signal, secrets }, work, workspace);
      for (const { make } of work) {
        if (make !== undefined) for (const line of describeMoves(readPublished(make.spec))) progress.note(line);
      }
    },
  };
}

async function resolveWork(
  engine: Engine,
  project: Project,
  service: Service,
  place: Place,
  network: ServiceNetwork | undefined,
  operations: readonly ServiceOperation[],
  containers: readonly Container[],
  images: Images,
  options: ServiceOptions,
): Promise<ServiceWork> {
  const image = images.get(service.name);
  const made = operations.some(({ kind }) => kind === 'create' || kind === 'recreate');
  if (image === undefined || !made) {
    // Of several, those that are removed now are not the one that stays.
    const removed = operations.flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
    const kept = containers.filter(({ id }) => !removed.includes(id));
    return { service, operations, container: findContainer(kept, service.name)?.id ?? '' };
  }
  await provideVolumes(engine, place, listServiceVolumes(service, image));
  const wanted = resolveServiceContainer(service, place, network?.name ?? '', image, hasSecrets(project));
  const { spec, move } = await publishPorts(engine, wanted, service.ports, { strict: options.strictPorts });
  return { service, operations, container: spec.name, make: { spec, move } };
}

const hasSecrets = ({ environment }: Project): boolean => environment.secrets.length > 0;

function findContainer(containers: readonly Container[], service: string): Container | undefined {
  return containers.find((one) => one.labels[labels.service] === service);
}

/** The lock names the image of every service that has a pin, and of no other. */
async function pinServices(
  context: Context,
  held: Held,
  project: Project,
  images: Images,
  { frozen }: ServiceOptions,
): Promise<void> {
  const { lock, environment } = project;
  if (lock === undefined) return;
  const services: ServicePins = Object.fromEntries(
    environment.services.flatMap((service) => {
      const pin = images.get(service.name)?.pin ?? findPin(project, service);
      return pin === undefined ? [] : [[service.name, pin]];
    }),
  );
  if (frozen || printCanonicalJson(services) === printCanonicalJson(lock.services ?? {})) return;
  await writeLock(context, held, project, { ...lock, services });
}

function unpinned({ name }: Service): DevenvError {
  return new DevenvError(
    'CHANGES_PENDING',
    `devenv-lock.yaml does not say which image the service ${name} runs, and --frozen forbids to write it there.`,
    { data: { service: name } },
  );
}

async function removeGone(context: Context, engine: Engine, operations: readonly ServiceOperation[]): Promise<void> {
  for (const operation of operations) {
    const task = context.progress.task(`Removing the service ${operation.service}: ${operation.cause}`);
    await applyServiceOperation({ engine, failpoints: context.failpoints }, operation, undefined);
    task.done();
  }
}
