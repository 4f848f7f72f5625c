import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Engine } from '../ports/engine.ts';
import type { Failpoints } from '../ports/failpoint.ts';
import type { Progress } from '../ports/progress.ts';
import { createStarted, type MovePort } from './create-started.ts';

interface Ports {
  readonly engine: Engine;
  readonly progress: Progress;
  readonly failpoints: Failpoints;
  /** Where ports of the new container may be moved. */
  readonly move?: MovePort;
}

const titles: Record<Operation['kind'], string> = {
  create: 'Creating the workspace',
  recreate: 'Creating the workspace anew',
  start: 'Starting the workspace',
  unpause: 'Resuming the workspace',
  stop: 'Stopping the workspace',
  remove: 'Removing the workspace',
};

/** Carries out what was planned, one engine call after the other. Gives what the container became, where one was made. */
export async function applyWorkspace(
  ports: Ports,
  spec: ContainerSpec,
  operations: readonly Operation[],
): Promise<ContainerSpec> {
  let made = spec;
  for (const operation of operations) {
    const task = ports.progress.task(`${titles[operation.kind]}: ${operation.cause}`);
    try {
      made = (await applyOperation(ports, spec, operation)) ?? made;
      task.done();
    } catch (error) {
      task.fail();
      throw error;
    }
  }
  return made;
}

async function applyOperation(ports: Ports, spec: ContainerSpec, operation: Operation): Promise<ContainerSpec | void> {
  const { engine } = ports;
  switch (operation.kind) {
    case 'recreate':
      return recreate(ports, spec, operation.container);
    case 'create':
      return createStarted(engine, spec, ports);
    case 'start':
      return engine.startContainer(operation.container);
    case 'unpause':
      return engine.unpauseContainer(operation.container);
    case 'stop':
      return engine.stopContainer(operation.container, spec.stopTimeout ?? 5);
    case 'remove':
      return engine.removeContainer(operation.container);
  }
}

/**
 * The old container goes when the new one runs, and comes back under its name
 * where that fails. Where the new one has ports, the old one is stopped just
 * before: it has the same.
 */
async function recreate(ports: Ports, spec: ContainerSpec, old: string): Promise<ContainerSpec> {
  const { engine, failpoints } = ports;
  // A name that no other attempt has: one that was killed may have renamed it already.
  await engine.renameContainer(old, `${spec.name}-old-${randomBytes(4).toString('hex')}`);
  await failpoints.reach('up:renamed');
  let stopped = false;
  const stopOld = async (): Promise<void> => {
    const before = stopped ? undefined : await engine.inspectContainer(old);
    if (before?.state === 'paused') await engine.unpauseContainer(old);
    if (before?.state !== 'running' && before?.state !== 'paused') return;
    stopped = true;
    await engine.stopContainer(old, spec.stopTimeout ?? 5);
  };
  const made = await createStarted(engine, spec, {
    ...{ failpoints, move: ports.move },
    ...(spec.ports !== undefined && { beforeStart: stopOld }),
  }).catch(async (error: unknown) => {
    await engine.renameContainer(old, spec.name).catch(() => undefined);
    if (stopped) await engine.startContainer(old).catch(() => undefined);
    throw error;
  });
  await engine.removeContainer(old);
  await failpoints.reach('up:removed');
  return made;
}
