import type { Decision, Operation } from '../plan/operation.ts';
import type { Follower } from '../plan/carry-out.ts';
import type { Plan } from '../plan/plan-up.ts';
import type { Progress, ProgressTask, TaskTitle } from '../ports/progress.ts';

/** Of a container: while its operations run, and when they are done. */
const verbs: Readonly<Record<Decision['kind'], readonly [string, string]>> = {
  create: ['Creating', 'Created'],
  recreate: ['Recreating', 'Recreated'],
  start: ['Starting', 'Started'],
  unpause: ['Resuming', 'Resumed'],
  connect: ['Connecting', 'Connected'],
  disconnect: ['Disconnecting', 'Disconnected'],
  stop: ['Stopping', 'Stopped'],
  remove: ['Removing', 'Removed'],
};

const words: Readonly<Partial<Record<Operation['kind'], string>>> = {
  hold: 'pausing the old one',
  create: 'creating',
  fill: 'copying changes',
  start: 'starting',
  unpause: 'resuming',
  connect: 'connecting',
  disconnect: 'disconnecting',
  stop: 'stopping',
  remove: 'removing',
  ready: 'waiting until it is ready',
};

/** Shows a task for the workspace and for each service, from its first operation to its last. `told`: see TaskTitle. */
export function followContainers(
  progress: Progress,
  { operations, workspace, services }: Plan,
  told: (service: string) => boolean = () => false,
): Follower & { readonly detail: (service: string, detail: string) => void } {
  const left = new Map<string, number>();
  for (const operation of operations) {
    const name = nameOf(operation);
    if (name !== undefined) left.set(name, (left.get(name) ?? 0) + 1);
  }
  const names = [...left.keys()];
  const describe = (name: string): TaskTitle => {
    const last = (name === '' ? workspace : services.filter(({ service }) => service === name)).at(-1);
    const [doing, done] = verbs[last?.kind ?? 'start'];
    const object = name === '' ? 'the workspace' : `service ${name}`;
    return {
      title: `${doing} ${object}`,
      told: told(name),
      done: `${done} ${object}${last?.kind === 'recreate' ? `: ${last.cause}` : ''}`,
    };
  };
  let tasks: readonly ProgressTask[] | undefined;
  const taskOf = (name: string | undefined): ProgressTask | undefined => {
    if (name === undefined) return undefined;
    // Only when the first begins: questions come before.
    tasks ??= progress.tasks(names.map(describe));
    return tasks[names.indexOf(name)];
  };
  return {
    detail: (service, detail) => taskOf(service)?.update(detail),
    begin: (operation) => taskOf(nameOf(operation))?.update(words[operation.kind] ?? operation.kind),
    end: (operation, good) => {
      const name = nameOf(operation);
      if (name === undefined) return;
      const rest = (left.get(name) ?? 1) - 1;
      left.set(name, rest);
      if (!good) taskOf(name)?.fail();
      else if (rest === 0) taskOf(name)?.done();
    },
  };
}

const ofServices = ['secrets', 'ready'];
const ofContainers = ['hold', 'rename', 'create', 'fill', 'name', 'start', 'unpause', 'connect', 'stop', 'remove'];

/** The service of an operation on a container, '' for the workspace's container; absent for other operations. */
function nameOf(operation: Operation): string | undefined {
  if (ofServices.includes(operation.kind)) return 'service' in operation ? operation.service : undefined;
  if (!ofContainers.includes(operation.kind)) return undefined;
  return 'service' in operation ? (operation.service ?? '') : '';
}
