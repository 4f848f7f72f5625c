import { observeImage } from '../image/observe-image.ts';
import { resolveServicePins } from '../image/service-pins.ts';
import { planProject } from '../image/plan-project.ts';
import type { ServiceImage } from '../image/service-image.ts';
import type { Container, Volume } from '../model/container.ts';
import type { Restrictions } from '../model/workspace.ts';
import { listPlace, readRestrictions } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { nameResource, type Place } from '../observe/place.ts';
import type { Project } from '../observe/project.ts';
import type { Observed, TakenPort } from '../plan/observed.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import { findFormer, type FormerPlace } from './find-former.ts';
import { observePorts } from './network/observe-ports.ts';
import { observeNetworks } from './network/observe-networks.ts';
import { planPersonal } from './personal/plan-personal.ts';
import type { MachineSettings } from './workspace-settings.ts';
import { restrict } from './restrict.ts';
import { resolveMachine } from './resolve-machine.ts';
import { chooseServices, type Chosen } from './services/choose-services.ts';
import { listOwnVolumes } from './volumes/own-volumes.ts';
import { refuseHome } from './volumes/refuse-home.ts';
import { observeService, nameVolumes } from './services/observe-service.ts';
import { observeWorkspace } from './observe-workspace.ts';

/** Facts that acts of this command learned: the planner plans again with them. */
export interface Facts {
  /** Images of services that were pulled or built. */
  readonly images: Map<string, ServiceImage>;
  /** Name of the image with the person's own layer, once it exists. */
  personal?: string;
  /** Ports that the engine found taken. */
  readonly ports: TakenPort[];
  /** Containers that could not start because of them. */
  readonly portless: string[];
  /** Services that did not answer. */
  readonly unready: readonly string[];
  /** Of a workspace that has no container yet; those of others are in its label. */
  readonly restricted?: Restrictions | undefined;
}

export const noFacts = (unready: readonly string[] = []): Facts => ({
  ...{ images: new Map(), ports: [], portless: [], unready },
});

interface ObserveOptions {
  /** False to find out whether anything is to be done: what new containers need is not observed then. */
  readonly whole: boolean;
  readonly facts: Facts;
  /** Services of profiles that start, too. */
  readonly chosen?: Chosen | undefined;
}

export interface Observation {
  /** With the restrictions of this workspace. */
  readonly project: Project;
  readonly observed: Observed;
  readonly machine: MachineSettings;
  readonly containers: readonly Container[];
  readonly services: readonly Container[];
  /** Containers and volumes at the former path of the project, if it has no container here. */
  readonly former?: FormerPlace | undefined;
  /** The workspace's volumes that new containers do not mount: devenv.yaml does not name them, or the project had another name. */
  readonly unused: readonly Volume[];
  /** Images of services that the engine has. */
  readonly images: ReadonlyMap<string, ServiceImage>;
}

/** Observes files and engine for the planner. Changes nothing. */
export async function observe(
  context: Context,
  engine: Engine,
  given: Project,
  place: Place,
  { whole, facts, chosen }: ObserveOptions,
): Promise<Observation> {
  const [machine, { containers, services }, volumes, image] = await Promise.all([
    resolveMachine(context, given),
    listPlace(engine, place),
    whole ? listOwnVolumes(engine.volumes, place) : [],
    observeImage(whole ? engine.images : undefined, given, planProject(given, { clean: false })),
  ]);
  const former = whole && containers.length === 0 ? await findFormer(engine, place) : undefined;
  const restricted = [...containers, ...(former?.containers ?? [])]
    .map(readRestrictions)
    .find((one) => one !== undefined);
  const environment = restrict(given.environment, restricted ?? facts.restricted);
  if (!engine.capabilities.mountsFolders) refuseHome(environment);
  const project = { ...given, environment };
  const images = new Map(facts.images);
  const active = chooseServices(environment.services, chosen);
  const { unready } = facts;
  const [workspace, declared] = await Promise.all([
    observeWorkspace(context, engine, project, place, { whole, machine, containers, former }),
    Promise.all(active.map((one) => observeService(engine, project, place, one, images, { whole, unready }))),
  ]);
  const ported = [environment, ...environment.services].some(({ ports }) => ports.length > 0);
  const allServices = [...services, ...(former?.services ?? [])];
  const all = [...workspace.containers.map(({ container }) => container), ...allServices];
  const ports = whole && ported ? await observePorts(engine.runtime, all) : [];
  const isOwn = ({ name: found, labels: of }: Volume): boolean =>
    nameResource(place, of[labels.volume] ?? '') === found;
  const idle = environment.services.filter((service) => !active.includes(service));
  const named = [
    ...workspace.volumes,
    ...idle.flatMap((service) => nameVolumes(service.volumes)),
    ...declared.flatMap((service) => service.volumes),
  ];
  const networks = await observeNetworks(whole ? engine.networks : undefined, environment, place, {
    ...{ containers, services, active },
  });
  const personal =
    machine.personal && planPersonal(machine.personal, environment, project.desired, machine.personal.identity);
  return {
    ...{ project, machine, containers, services, images, former },
    unused: volumes.filter((one) => !isOwn(one) || !named.includes(one.labels[labels.volume] ?? '')),
    observed: {
      image: {
        ...image,
        personal: personal === undefined ? 'none' : facts.personal === undefined ? 'missing' : 'here',
        stalePins: resolveServicePins(project, images).stale,
      },
      workspace,
      services: declared,
      // Services of profiles that were not chosen are left unchanged.
      serviceContainers: allServices
        .filter((container) => !idle.some((service) => service.name === container.labels[labels.service]))
        .map((container) => ({
          container,
          former: services.includes(container) ? undefined : former?.folder,
          content: container.labels[labels.content] ?? '',
          settings: container.labels[labels.settings] ?? '',
          shares: container.labels[labels.shares],
          service: container.labels[labels.service] ?? '',
        })),
      networks,
      volumes: volumes.filter(isOwn).map((one) => one.labels[labels.volume] ?? ''),
      adopted: former?.volumes.map((one) => one.labels[labels.volume] ?? '') ?? [],
      seed: environment.data === 'seed' ? (project.lock?.seed?.volumes ?? []) : [],
      ports: [...ports, ...facts.ports],
      portless: facts.portless,
      secrets: environment.secrets.length > 0,
      proxy: environment.proxy === true || machine.personal?.proxy === true,
    },
  };
}
