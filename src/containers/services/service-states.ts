import { checkReady, findAddress } from './check-ready.ts';
import { labels } from '../../observe/labels.ts';
import { isDone } from '../../plan/plan-services.ts';
import { resolveReadiness } from './image-readiness.ts';
import type { Container, ContainerState } from '../../model/container.ts';
import type { Service } from '../../model/service.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readServices } from './read-services.ts';

export interface ServiceState {
  readonly name: string;
  /** `absent`: declared and not created yet. `done`: it ran once and ended as it should. */
  readonly state: ContainerState | 'absent' | 'done';
  /** Absent if it does not run, or there is no check. */
  readonly ready?: boolean;
  /** Profiles that start it; absent if it always starts. */
  readonly profiles?: readonly string[];
}

/** The state of a service's container. */
export const readState = (container: Container): ContainerState | 'done' =>
  container.labels[labels.until] === 'completed' && isDone(container) ? 'done' : container.state;

/**
 * Observes the services of a workspace: declared ones in the order of
 * devenv.yaml, then others. `workspace`: its container, if it runs.
 */
export async function observeServiceStates(
  runtime: Runtime,
  signal: AbortSignal,
  services: readonly Service[],
  containers: readonly Container[],
  workspace: string | undefined,
): Promise<readonly ServiceState[]> {
  const found = readServices(containers);
  const declared = services.map(async (service): Promise<ServiceState> => {
    const { name: own, ready: declares, until, profiles } = service;
    const container = found.find((one) => one.name === own)?.container;
    const name = { name: own, ...(profiles.length > 0 && { profiles }) };
    if (container === undefined) return { ...name, state: 'absent' };
    const { id } = container;
    const state = readState(container);
    if (state === 'running' && until !== undefined) return { ...name, state, ready: false };
    const ready = resolveReadiness(declares, container);
    if (state !== 'running' || ready === undefined || workspace === undefined) return { ...name, state };
    const answer = await checkReady(
      { runtime, service: own, address: findAddress(service), container: id, workspace, signal },
      ready,
    ).then(
      (given) => given.ready,
      // Any failure of the check means: not ready.
      () => false,
    );
    return { ...name, state, ready: answer };
  });
  const extra = found
    .filter(({ name }) => !services.some((service) => service.name === name))
    .map(({ name, container }): ServiceState => ({ name, state: readState(container) }));
  return [...(await Promise.all(declared)), ...extra];
}
