import { DevenvError } from '../../errors/devenv-error.ts';
import type { Acts } from '../../plan/carry-out.ts';
import { awaitCompleted, awaitReady, requireAlive } from '../services/await-ready.ts';
import { resolveReadiness } from '../services/image-readiness.ts';
import { findAddress, type ReadyTarget } from '../services/check-ready.ts';
import { giveSecrets } from '../services/give-secrets.ts';
import type { Site } from './site.ts';

/** Gives running services their secrets and waits for them. `onDetail`: output of their checks. */
export function serviceActs(site: Site, onDetail: (service: string, detail: string) => void): Acts {
  const { context, engine, project, containers } = site;
  const target = (service: string, container: string | undefined, signal: AbortSignal): ReadyTarget => {
    const id = container ?? containers.get(service);
    if (id === undefined) throw new DevenvError('INTERNAL', `The service ${service} has no container.`);
    containers.set(service, id);
    return { runtime: engine.runtime, service, container: id, workspace: containers.get('') ?? '', signal };
  };
  return {
    // Also for one that runs already: a restart by others loses them.
    secrets: ({ service, container }, signal) => {
      const declared = project.environment.services.find(({ name }) => name === service);
      const variables = declared?.proxy === true ? site.proxy.variables : {};
      return giveSecrets(engine.runtime, target(service, container, signal).container, site.secrets, variables);
    },
    ready: async ({ service, container, until }, signal) => {
      const declared = project.environment.services.find(({ name }) => name === service);
      const { ready } = declared ?? {};
      const one = { ...target(service, container, signal), address: declared && findAddress(declared) };
      if (until !== undefined) return awaitCompleted(one);
      // A check of the image stands in a label.
      const made =
        ready === undefined || ready.check.kind === 'image' ? await engine.runtime.inspect(one.container) : undefined;
      return awaitReady(one, resolveReadiness(ready, made), (detail) => onDetail(service, detail));
    },
    alive: ({ services }) => requireAllAlive(site, services, context.signal),
  };
}

/** Throws if a service ended while others were waited for, which may be why they did not get ready. */
export async function requireAllAlive(
  { engine, containers }: Pick<Site, 'engine' | 'containers'>,
  services: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const looks = services.flatMap((service) => {
    const container = containers.get(service);
    return container === undefined ? [] : [requireAlive({ runtime: engine.runtime, service, container, signal })];
  });
  for (const look of await Promise.allSettled(looks)) if (look.status === 'rejected') throw look.reason;
}
