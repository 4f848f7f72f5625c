import { DevenvError } from '../../errors/devenv-error.ts';
import type { ContainerSpec } from '../../model/container.ts';
import type { Service } from '../../model/service.ts';
import type { PublishedPort } from '../../model/workspace.ts';
import { labels } from '../../observe/labels.ts';
import { resolveVolume } from '../../observe/place.ts';
import { describeMade } from '../../observe/own-containers.ts';
import { listImageVolumes } from '../volumes/list-image-volumes.ts';
import { resolveServiceContainer, type ServiceNet } from '../services/service-container.ts';
import { resolveContainer } from '../resolve-container.ts';
import { workspaceVolume } from '../workspace-settings.ts';
import type { Site } from './site.ts';

/** Describes a container to create; `service` is absent for the workspace itself. */
export async function resolveSpec(
  site: Site,
  service: string | undefined,
  ports: readonly PublishedPort[],
): Promise<ContainerSpec> {
  const spec = service === undefined ? await resolveWorkspace(site) : resolveService(site, service);
  if (ports.length === 0) return spec;
  return { ...spec, ports, labels: { ...spec.labels, [labels.ports]: JSON.stringify(ports) } };
}

async function resolveWorkspace(site: Site): Promise<ContainerSpec> {
  const { engine, project, place, machine, endpoints, filling, source } = site;
  if (source === undefined) throw new DevenvError('INTERNAL', 'A workspace is to be created, and there is no version.');
  const [{ rootless }, made] = await Promise.all([engine.describe(), engine.images.inspect(source.reference)]);
  const spec = resolveContainer(
    project.environment,
    source.version,
    source.reference,
    place.workspace,
    machine,
    rootless,
    made?.config.env,
  );
  const own =
    made === undefined
      ? []
      : listImageVolumes(made, workspaceVolume, [
          ...spec.mounts.map(({ target }) => ({ target })),
          ...project.environment.volumes,
        ]);
  return {
    ...spec,
    mounts: [...spec.mounts, ...own.map((volume) => resolveVolume(place, volume))],
    labels: {
      ...spec.labels,
      [labels.made]: describeMade(spec.name, made?.id ?? source.reference),
      ...(place.identity !== undefined && { [labels.identity]: place.identity }),
      ...(filling?.label !== undefined && { [labels.carried]: filling.label }),
    },
    ...endpoints.get('')?.[0],
  };
}

function resolveService(site: Site, name: string): ContainerSpec {
  const { project, place, images } = site;
  const service = project.environment.services.find((one) => one.name === name);
  const image = images.get(name);
  if (service === undefined || image === undefined)
    throw new DevenvError('INTERNAL', `The service ${name} is to be created, and there is no image of it.`);
  return resolveServiceContainer(
    service,
    place,
    resolveNet(site, service),
    image,
    project.environment.secrets.length > 0,
  );
}

function resolveNet({ endpoints, containers }: Site, { name, network: wanted }: Service): ServiceNet {
  if (wanted === undefined) return { kind: 'own', ...endpoints.get(name)?.[0] };
  if (wanted.kind === 'host') return { kind: 'host' };
  const container = containers.get(wanted.of);
  if (container === undefined)
    throw new DevenvError('INTERNAL', `The service ${name} uses the network of a container that is not there.`);
  return { kind: 'shared', container };
}
