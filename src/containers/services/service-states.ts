import { checkReady } from './check-ready.ts';
import type { Container, ContainerState } from '../../model/container.ts';
import type { Service } from '../../model/workspace.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readServices } from './read-services.ts';

export interface ServiceState {
  readonly name: string;
  /** `absent`: declared and not created yet. */
  readonly state: ContainerState | 'absent';
  /** Absent if it does not run, or declares no check. */
  readonly ready?: boolean;
}

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
  const declared = services.map(async ({ name, ready }): Promise<ServiceState> => {
    const container = found.find((one) => one.name === name)?.container;
    if (container === undefined) return { name, state: 'absent' };
    const { id, state } = container;
    if (state !== 'running' || ready === undefined || workspace === undefined) return { name, state };
    const answer = await checkReady({ runtime, service: name, container: id, workspace, signal }, ready.check).then(
      (given) => given.ready,
      // Any failure of the check means: not ready.
      () => false,
    );
    return { name, state, ready: answer };
  });
  const extra = found
    .filter(({ name }) => !services.some((service) => service.name === name))
    .map(({ name, container }): ServiceState => ({ name, state: container.state }));
  return [...(await Promise.all(declared)), ...extra];
}
