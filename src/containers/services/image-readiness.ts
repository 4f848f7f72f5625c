import { toReadiness } from '../../environment/compose/read-healthcheck.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { longestWait } from '../../model/longest-wait.ts';
import type { Healthcheck } from '../../model/image.ts';
import type { Readiness, Service } from '../../model/workspace.ts';
import type { Container } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';

<<<<<<< HEAD
/** Milliseconds: Docker's own defaults, and how often devenv checks while it waits. */
const [defaultInterval, defaultTimeout, interval] = [30_000, 30_000, 1000];
const defaultRetries = 3;

/**
 * A HEALTHCHECK as devenv runs it while it waits: in the service, and more often
 * than its interval says, for the same time in all. Every engine runs it so,
 * also Podman without systemd.
 */
export function readHealthcheck({ test, ...times }: Healthcheck): Readiness | undefined {
  const [kind, ...words] = test;
  if (kind === undefined || kind === 'NONE' || words.length === 0) return undefined;
  const patience = (times.retries ?? defaultRetries) * (times.interval ?? defaultInterval);
  return {
    check: { kind: 'command', command: kind === 'CMD-SHELL' ? (words[0] ?? '') : words },
    interval,
    retries: Math.max(1, Math.ceil(patience / interval)),
    startPeriod: times.startPeriod ?? 0,
    timeout: Math.min(longestWait, times.timeout ?? defaultTimeout),
  };
}

/**
 * The label of a service's container that keeps how its image tells that it is
 * ready; empty if it does not, since the image may have such a label of its own.
 * Throws CONFIG_INVALID.
 */
=======
/** The label of a service's container that keeps how its image tells that it is ready. Throws CONFIG_INVALID. */
>>>>>>> main
export function labelHealth(
  { name, ready, until }: Service,
  healthcheck: Healthcheck | undefined,
): Readonly<Record<string, string>> {
<<<<<<< HEAD
  if (until !== undefined || (ready !== undefined && ready.check.kind !== 'image')) return { [labels.health]: '' };
  const own = healthcheck && readHealthcheck(healthcheck);
=======
  if (until !== undefined || (ready !== undefined && ready.check.kind !== 'image')) return {};
  const own = healthcheck && toReadiness(healthcheck);
>>>>>>> main
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
