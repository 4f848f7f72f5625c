import { nameBase } from '../../image/observe-image.ts';
import { findServiceImage, identifyServiceImage, type ServiceImage } from '../../image/service-image.ts';
import type { Service } from '../../model/service.ts';
import type { VolumeMount } from '../../model/workspace.ts';
import type { Place } from '../../observe/place.ts';
import type { Project } from '../../observe/project.ts';
import type { ObservedService } from '../../plan/observed.ts';
import type { Engine } from '../../ports/engine.ts';
import { refuseShared } from '../volumes/refuse-shared.ts';
import { hashService, listDeclared } from './service-container.ts';

export async function observeService(
  engine: Pick<Engine, 'images'>,
  project: Project,
  place: Place,
  service: Service,
  images: Map<string, ServiceImage>,
  { whole, unready }: { readonly whole: boolean; readonly unready: readonly string[] },
): Promise<ObservedService> {
  const { name, source, ports, dependsOn, ready, until, network, proxy } = service;
  if (whole && !images.has(name)) {
    const found = await findServiceImage(engine.images, project, service);
    if (found !== undefined) images.set(name, found);
  }
  const image = images.get(name);
  const declared = image === undefined ? [] : listDeclared(service, image);
  refuseShared(project.environment, name, declared);
  return {
    ...{ name, ports, dependsOn, until, network, proxy, here: image !== undefined },
    content: image?.identity ?? (await identifyServiceImage(engine.images, project, service)),
    settings: hashService(service, place, project.environment.secrets.length > 0),
    how: source.kind === 'image' ? 'pull' : 'build',
    source: source.kind === 'image' ? source.image : nameBase(source.build.base),
    volumes: nameVolumes([...service.volumes, ...declared]),
    askedFromWorkspace: ready !== undefined && ['tcp', 'http'].includes(ready.check.kind),
    ...(unready.includes(name) && { ready: false }),
  };
}

export const nameVolumes = (volumes: readonly VolumeMount[]): readonly string[] =>
  volumes.flatMap(({ kind, source }) => (kind === 'volume' ? [source] : []));
