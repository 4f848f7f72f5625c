import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerSpec } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Engine } from '../ports/engine.ts';
import type { Failpoints } from '../ports/failpoint.ts';
import { createStarted, type MovePort } from './create-started.ts';
import type { Leave, Leaving } from './leave.ts';

export interface OperationPorts {
  readonly engine: Engine;
  readonly failpoints: Failpoints;
  /** Where ports of the new container may be moved. */
  readonly move?: MovePort | undefined;
  /** The container that is replaced ends before the new one starts: two must not have its data at once. */
  readonly stopFirst?: boolean;
  /** As Creation has it, for the one that takes another's place. */
  readonly fill?: ((container: string) => Promise<void>) | undefined;
  /** Guards a container that goes; absent where all of it may go. */
  readonly leave?: Leave;
}

/** Does one thing to a container. `spec`: what is made, where one is. Gives what it became. */
export async function applyOperation(
  ports: OperationPorts,
  spec: ContainerSpec | undefined,
  operation: Operation,
): Promise<ContainerSpec | void> {
  const { engine } = ports;
  switch (operation.kind) {
    case 'recreate':
      return leaveFirst(ports, operation.container, (leaving) =>
        recreate(ports, demand(spec), operation.container, leaving),
      );
    case 'create':
      return createStarted(engine, demand(spec), ports);
    case 'start':
      return engine.runtime.start(operation.container);
    case 'unpause':
      return engine.runtime.unpause(operation.container);
    case 'connect':
      return engine.networks.connect(operation.network, operation.container, [operation.alias]);
    case 'stop':
      return engine.runtime.stop(operation.container, spec?.stopTimeout ?? 5);
    case 'remove':
      return leaveFirst(ports, operation.container, () => engine.runtime.remove(operation.container));
  }
}

/**
 * The old container goes when the new one runs, and comes back under its name
 * where that fails. Where the new one has ports, the old one is stopped just
 * before: it has the same.
 */
async function recreate(
  ports: OperationPorts,
  spec: ContainerSpec,
  old: string,
  leaving: Leaving | undefined,
): Promise<ContainerSpec> {
  const { engine, failpoints } = ports;
  // A name that no other attempt has: one that was killed may have renamed it already.
  await engine.runtime.rename(old, `${spec.name}-old-${crypto.randomUUID().slice(0, 8)}`);
  await failpoints.reach('up:renamed');
  let stopped = false;
  const stopOld = async (): Promise<void> => {
    const before = stopped ? undefined : await engine.runtime.inspect(old);
    if (before?.state === 'paused') await engine.runtime.unpause(old);
    if (before?.state !== 'running' && before?.state !== 'paused') return;
    stopped = true;
    await engine.runtime.stop(old, spec.stopTimeout ?? 5);
    // What was written on the way out counts, too.
    await leaving?.check();
  };
  const made = await createStarted(engine, spec, {
    ...{ failpoints, move: ports.move, fill: ports.fill },
    ...((spec.ports !== undefined || ports.stopFirst === true) && { beforeStart: stopOld }),
  }).catch(async (error: unknown) => {
    await engine.runtime.rename(old, spec.name).catch(() => undefined);
    if (stopped) await engine.runtime.start(old).catch(() => undefined);
    throw error;
  });
  await engine.runtime.remove(old);
  await failpoints.reach('up:removed');
  return made;
}

/** One that is to go stands still meanwhile, and goes on where it stays. */
async function leaveFirst<T>(
  { leave }: OperationPorts,
  container: string,
  work: (leaving: Leaving | undefined) => Promise<T>,
): Promise<T> {
  const leaving = await leave?.(container);
  try {
    return await work(leaving);
  } finally {
    await leaving?.release();
  }
}

function demand(spec: ContainerSpec | undefined): ContainerSpec {
  if (spec === undefined) throw new DevenvError('INTERNAL', 'A container is to be made, and nobody said which.');
  return spec;
}
