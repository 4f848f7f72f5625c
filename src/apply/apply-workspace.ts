import { randomBytes } from 'node:crypto';
import type { ContainerSpec } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Engine } from '../ports/engine.ts';
import type { Failpoints } from '../ports/failpoint.ts';
import type { Progress } from '../ports/progress.ts';

interface Ports {
  readonly engine: Engine;
  readonly progress: Progress;
  readonly failpoints: Failpoints;
}

const titles: Record<Operation['kind'], string> = {
  create: 'Creating the workspace',
  recreate: 'Creating the workspace anew',
  start: 'Starting the workspace',
  unpause: 'Resuming the workspace',
  stop: 'Stopping the workspace',
  remove: 'Removing the workspace',
};

/** Carries out what was planned, one engine call after the other. */
export async function applyWorkspace(
  ports: Ports,
  spec: ContainerSpec,
  operations: readonly Operation[],
): Promise<void> {
  for (const operation of operations) {
    const task = ports.progress.task(`${titles[operation.kind]}: ${operation.cause}`);
    try {
      await applyOperation(ports, spec, operation);
      task.done();
    } catch (error) {
      task.fail();
      throw error;
    }
  }
}

async function applyOperation({ engine, failpoints }: Ports, spec: ContainerSpec, operation: Operation): Promise<void> {
  switch (operation.kind) {
    case 'recreate':
      return recreate(engine, failpoints, spec, operation.container);
    case 'create':
      return create(engine, failpoints, spec);
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

/** The old container goes when the new one runs, and comes back under its name where that fails. */
async function recreate(engine: Engine, failpoints: Failpoints, spec: ContainerSpec, old: string): Promise<void> {
  // A name that no other attempt has: one that was killed may have renamed it already.
  await engine.renameContainer(old, `${spec.name}-old-${randomBytes(4).toString('hex')}`);
  await failpoints.reach('up:renamed');
  try {
    await create(engine, failpoints, spec);
  } catch (error) {
    await engine.renameContainer(old, spec.name).catch(() => undefined);
    throw error;
  }
  await engine.removeContainer(old);
  await failpoints.reach('up:removed');
}

async function create(engine: Engine, failpoints: Failpoints, spec: ContainerSpec): Promise<void> {
  const id = await engine.createContainer(spec);
  await failpoints.reach('up:created');
  try {
    await engine.startContainer(id);
  } catch (error) {
    // One that cannot start is nothing that a person could use.
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
  await failpoints.reach('up:started');
}
