import type { ContainerSpec } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Progress } from '../ports/progress.ts';
import { applyOperation, type OperationPorts } from './apply-operation.ts';

interface Ports extends OperationPorts {
  readonly progress: Progress;
}

const titles: Record<Operation['kind'], string> = {
  create: 'Creating the workspace',
  recreate: 'Creating the workspace anew',
  start: 'Starting the workspace',
  unpause: 'Resuming the workspace',
  connect: 'Connecting the workspace with its services',
  stop: 'Stopping the workspace',
  remove: 'Removing the workspace',
};

/** Carries out what was planned, one engine call after the other. `spec`: what is made, where one is. Gives what that became. */
export async function applyWorkspace(
  ports: Ports,
  spec: ContainerSpec | undefined,
  operations: readonly Operation[],
): Promise<ContainerSpec | undefined> {
  let made: ContainerSpec | undefined;
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
