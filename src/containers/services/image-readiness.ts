import { toReadiness } from '../../environment/compose/read-healthcheck.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Healthcheck } from '../../model/image.ts';
import type { Readiness, Service } from '../../model/service.ts';
import type { Container } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';

/**
 * The label of a service's container that keeps how its image tells that it is
 * ready; empty if it does not, since the image may have such a label of its own.
 * Throws CONFIG_INVALID.
 */
export function labelHealth(
  { name, ready, until }: Service,
  healthcheck: Healthcheck | undefined,
): Readonly<Record<string, string>> {
  if (until !== undefined || (ready !== undefined && ready.check.kind !== 'image')) return { [labels.health]: '' };
  const own = healthcheck && toReadiness(healthcheck);
  if (own !== undefined) return { [labels.health]: JSON.stringify(own) };
  if (ready === undefined) return { [labels.health]: '' };
  throw new DevenvError(
    'CONFIG_INVALID',
    `services.${name}.ready asks for the HEALTHCHECK of its image, which has none.`,
    {
      hint: 'Write a check, such as `ready: {tcp: 5432}`.',
    },
  );
}

/** How to tell that a service is ready; absent if it is as soon as it runs. */
export function resolveReadiness(
  ready: Readiness | undefined,
  container: Pick<Container, 'labels'> | undefined,
): Readiness | undefined {
  if (ready !== undefined && ready.check.kind !== 'image') return ready.check.kind === 'none' ? undefined : ready;
  const label = container?.labels[labels.health] ?? '';
  return label === '' ? undefined : (JSON.parse(label) as Readiness);
}
