import { DevenvError } from '../../errors/devenv-error.ts';
import type { ContainerSpec } from '../../model/container.ts';
import type { ServiceOperation } from '../../model/plan.ts';
import type { Service } from '../../model/workspace.ts';
import type { Progress, Task } from '../../ports/progress.ts';
import { applyOperation, type OperationPorts } from '../../plan/apply-operation.ts';
import { giveSecrets } from './give-secrets.ts';
import { awaitReady, requireAlive } from './await-ready.ts';
import type { MovePort } from '../../plan/create-started.ts';

export interface ServicePorts extends OperationPorts {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** What each service finds under /run/secrets. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** A service, and what has to be done to it. */
export interface ServiceWork {
  readonly service: Service;
  readonly operations: readonly ServiceOperation[];
  /** What it runs in: the name of the new one where one is made. */
  readonly container: string;
  /** Where a container is made. */
  readonly make?: { readonly spec: ContainerSpec; readonly move: MovePort };
}

/**
 * Brings services up, each as soon as those that it depends on are ready, all
 * others at once. `workspace` resolves with the workspace's container when
 * that runs. Where one fails, those that depend on it are not started, the
 * waiting for others ends, and the first failure is thrown; nothing is undone.
 */
export async function applyServices(
  ports: ServicePorts,
  work: readonly ServiceWork[],
  workspace: Promise<string>,
): Promise<void> {
  const tasks = ports.progress.tasks(work.map(({ service, operations }) => describe(service.name, operations)));
  const failed = new AbortController();
  const signal = AbortSignal.any([ports.signal, failed.signal]);
  const brought = new Map<string, Promise<void>>();
  let failure: Error | undefined;

  const bring = (name: string): Promise<void> => {
    const known = brought.get(name);
    if (known !== undefined) return known;
    const index = work.findIndex(({ service }) => service.name === name);
    const begun = bringOne(work[index], tasks[index]);
    brought.set(name, begun);
    return begun;
  };
  const bringOne = async (one: ServiceWork | undefined, task: Task | undefined): Promise<void> => {
    if (one === undefined) return;
    const { dependsOn } = one.service;
    try {
      if (dependsOn.length > 0) task?.update(`waiting for ${dependsOn.join(', ')}`);
      await Promise.all(dependsOn.map(bring));
      await startOne({ ...ports, signal }, one, workspace, (detail) => task?.update(detail));
      task?.done(one.service.ready === undefined ? 'runs' : 'ready');
    } catch (error) {
      // What was only not waited for is no failure of its own.
      if (failed.signal.aborted) task?.done('not waited for');
      else task?.fail();
      failure ??= error as Error;
      failed.abort();
      throw error;
    }
  };
  const results = await Promise.allSettled(work.map(({ service }) => bring(service.name)));
  if (ports.signal.aborted) throw new DevenvError('INTERRUPTED', 'Interrupted while services were brought up.');
  await requireAllAlive(
    ports,
    work.filter((_, index) => results[index]?.status === 'fulfilled'),
  );
  if (failure !== undefined) throw failure;
}

/** One that was up may have ended while others were waited for, and be why they never got ready. */
async function requireAllAlive({ engine, signal }: ServicePorts, work: readonly ServiceWork[]): Promise<void> {
  const looks = work.map(({ service, container }) =>
    requireAlive({ engine, service: service.name, container, signal }),
  );
  for (const look of await Promise.allSettled(looks)) if (look.status === 'rejected') throw look.reason;
}

async function startOne(
  ports: ServicePorts,
  { service, operations, container, make }: ServiceWork,
  workspace: Promise<string>,
  onDetail: (detail: string) => void,
): Promise<void> {
  const { engine, signal } = ports;
  for (const operation of operations) {
    signal.throwIfAborted();
    onDetail(`${words[operation.kind]}: ${operation.cause}`);
    await applyServiceOperation(ports, operation, make);
  }
  // Also where nothing had to be done: one that somebody else started again has lost them.
  if (ports.secrets.size > 0) await giveSecrets(engine, container, ports.secrets);
  onDetail('waiting until it is ready');
  const target = { engine, service: service.name, container, workspace, signal };
  await awaitReady(target, service.ready, onDetail);
}

/** Removes gently: a database that is killed has to mend itself at its next start. */
export async function applyServiceOperation(
  ports: OperationPorts,
  operation: ServiceOperation,
  make: ServiceWork['make'],
): Promise<void> {
  if (operation.kind === 'remove') await ports.engine.runtime.stop(operation.container, serviceStopTimeout);
  await applyOperation({ ...ports, move: make?.move, stopFirst: true }, make?.spec, operation);
}

/** Seconds: a database may have much to write when it is told to stop. */
export const serviceStopTimeout = 30;

const words: Record<ServiceOperation['kind'], string> = {
  create: 'making it',
  recreate: 'making it anew',
  start: 'starting',
  unpause: 'resuming',
  connect: 'connecting',
  stop: 'stopping',
  remove: 'removing',
};

function describe(name: string, operations: readonly ServiceOperation[]): string {
  const last = operations.at(-1);
  return last === undefined ? `Service ${name}` : `Service ${name} (${last.cause})`;
}
