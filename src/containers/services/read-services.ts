import { DevenvError } from '../../errors/devenv-error.ts';
import { suggestNearest } from '../../errors/suggest-nearest.ts';
import type { Container } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import type { EndingService } from '../../plan/plan-end.ts';

/** Reads services from the labels of their containers, without devenv.yaml. */
export function readServices(containers: readonly Container[]): readonly EndingService[] {
  return containers
    .map((container) => ({
      name: container.labels[labels.service] ?? '',
      container,
      once: container.labels[labels.until] === 'completed',
      needs: (container.labels[labels.needs] ?? '').split(',').filter(Boolean),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Finds the container of a service. Throws USAGE if there is none of that name. */
export function findService(containers: readonly Container[], name: string): EndingService {
  const services = readServices(containers);
  const found = services.find((service) => service.name === name);
  if (found !== undefined) return found;
  const names = services.map((service) => service.name);
  throw new DevenvError('USAGE', `This workspace has no service "${name}".`, {
    hint:
      names.length === 0
        ? 'It has no services. Declare them in devenv.yaml, then run `devenv up`.'
        : `${suggestNearest(name, names)}It has ${names.join(', ')}.`,
  });
}
