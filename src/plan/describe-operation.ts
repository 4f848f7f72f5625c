import type { Operation } from './operation.ts';
import type { PublishedPort } from '../model/workspace.ts';

/** What an operation is about and what it does, in words: `service db: create on port 5433`. */
export function describeOperation(operation: Operation): string {
  return `${nameTarget(operation)}: ${nameAct(operation)}`;
}

/** A line of a plan: what it waits for, number, target, act and cause. */
export function printOperation(operation: Operation): string {
  const { id, after, cause } = operation;
  return `[${after.map((one) => `#${String(one)}`).join(' ')}] -> #${String(id)} ${describeOperation(operation)}, ${cause}`;
}

function nameTarget(operation: Operation): string {
  switch (operation.kind) {
    case 'pull':
    case 'record':
      return `version ${String(operation.version)}`;
    case 'base':
    case 'step':
    case 'personal':
      return 'image';
    case 'service-image':
      return `image of ${operation.service}`;
    case 'declare':
      return 'devenv.yaml';
    case 'pin':
      return 'devenv-lock.yaml';
    case 'values':
      return 'secrets';
    case 'network':
      return `network ${operation.network}`;
    case 'remove-network':
      return 'network';
    case 'volume':
    case 'remove-volume':
      return `volume ${operation.volume}`;
    case 'seed':
    case 'unpack':
    case 'exchange':
    case 'sweep':
      return `volumes ${operation.volumes.join(', ')}`;
    case 'intent':
      return `restore of snapshot ${String(operation.snapshot)}`;
    case 'folders':
      return `folders ${operation.folders.join(', ')}`;
    case 'alive':
      return `services ${operation.services.join(', ')}`;
    case 'owners':
      return 'project files';
    case 'hook':
    case 'fill':
    case 'snapshot':
      return 'workspace';
    case 'secrets':
    case 'ready':
    case 'hold':
    case 'rename':
    case 'create':
    case 'name':
    case 'start':
    case 'unpause':
    case 'connect':
    case 'stop':
    case 'remove':
      return operation.service === undefined ? 'workspace' : `service ${operation.service}`;
  }
}

function nameAct(operation: Operation): string {
  const of =
    'container' in operation && operation.container !== undefined ? ` ${operation.container.slice(0, 12)}` : '';
  switch (operation.kind) {
    case 'pull':
      return 'pull its image';
    case 'base':
      return `get the base ${operation.base}`;
    case 'step':
      return `build step ${operation.step} (${operation.title})`;
    case 'record':
      return 'check, name and record it';
    case 'declare':
      return 'edit it to match';
    case 'service-image':
      return operation.how === 'pull' ? `pull ${operation.source}` : `build it on ${operation.source}`;
    case 'pin':
      return operation.services.length === 0
        ? 'record the images of services'
        : `record the images of ${operation.services.join(', ')}`;
    case 'personal':
      return 'add your own things';
    case 'values':
      return 'read their values';
    case 'network':
    case 'volume':
      return 'create';
    case 'seed':
      return "create and fill with the team's data";
    case 'folders':
      return 'create on the host';
    case 'hold':
      return `hold${of}`;
    case 'rename':
      return `rename${of}`;
    case 'create':
      return `create${describePorts(operation.ports)}`;
    case 'fill':
      return 'copy changes into it';
    case 'name':
      return 'give it its name';
    case 'connect':
      return `connect${of} to ${operation.network} as ${operation.alias}`;
    case 'start':
    case 'unpause':
    case 'stop':
    case 'remove':
      return `${operation.kind}${of}`;
    case 'secrets':
      return 'give it the secrets';
    case 'ready':
      return 'wait until it is ready';
    case 'alive':
      return 'check that they still run';
    case 'owners':
      return operation.again ? 'map their owners again' : 'map their owners';
    case 'hook':
      return `run the ${operation.moment} hook`;
    case 'snapshot':
      return 'keep what goes as a snapshot';
    case 'intent':
      return { prepare: 'record that it begins', exchange: 'record that it takes effect', end: 'record its end' }[
        operation.phase
      ];
    case 'unpack':
      return 'unpack the copies beside the data';
    case 'exchange':
      return 'exchange the data for the copies';
    case 'sweep':
      return 'remove the data that was replaced';
    case 'remove-network':
    case 'remove-volume':
      return 'remove';
  }
}

function describePorts(ports: readonly PublishedPort[]): string {
  if (ports.length === 0) return '';
  const shown = ports.map(({ address, host, container, wished }) => {
    const moved = host === wished ? '' : ` in place of ${String(wished)}`;
    return `${address}:${String(host)}${moved} for ${String(container)}`;
  });
  return ` with ${shown.join(', ')}`;
}
