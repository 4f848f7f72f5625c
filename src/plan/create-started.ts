import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerSpec } from '../model/container.ts';
import { nameHalfMade } from '../model/half-made.ts';
import type { HostPort } from '../model/workspace.ts';
import type { Engine } from '../ports/engine.ts';
import type { Failpoints } from '../ports/failpoint.ts';

/** What a container is to be instead, where the engine found a port of the host taken. Throws where it may not be moved. */
export type MovePort = (spec: ContainerSpec, taken: HostPort) => ContainerSpec;

export interface Creation {
  /** Nothing is moved where it is absent. */
  readonly move?: MovePort | undefined;
  /** Called just before the start: the container that this one replaces may hold its ports. */
  readonly beforeStart?: () => Promise<void>;
  /** Puts into the container what it is to start with; it has another name until then. */
  readonly fill?: ((container: string) => Promise<void>) | undefined;
  /** With it, kills are tested: `up` passes `up:created` and `up:started`. */
  readonly failpoints?: Failpoints;
}

/** More than that, and something else is wrong. */
const tries = 50;

/** Makes a container and starts it; one that cannot start is removed again. Gives what it became. */
export async function createStarted(
  engine: Engine,
  spec: ContainerSpec,
  { move, beforeStart, fill, failpoints }: Creation = {},
): Promise<ContainerSpec> {
  let wanted = spec;
  for (let attempt = 1; ; attempt += 1) {
    const id = await engine.runtime.create(
      fill === undefined ? wanted : { ...wanted, name: nameHalfMade(wanted.name) },
    );
    await failpoints?.reach('up:created');
    try {
      await fill?.(id);
      await beforeStart?.();
      if (fill !== undefined) await engine.runtime.rename(id, wanted.name);
      await engine.runtime.start(id);
      await failpoints?.reach('up:started');
      return wanted;
    } catch (error) {
      // One that cannot start is nothing that a person could use.
      await engine.runtime.remove(id).catch(() => undefined);
      const taken = error instanceof DevenvError ? error.data?.['taken'] : undefined;
      if (move === undefined || taken === undefined || attempt === tries) throw error;
      wanted = move(wanted, taken as HostPort);
    }
  }
}
