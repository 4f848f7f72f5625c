import type { Runtime } from '../../../ports/runtime.ts';
import type { Connection } from '../connection/connection.ts';
import * as containers from './containers.ts';

/**
 * The containers behind one connection. What a warm start does not need is
 * imported at the first call. `signal` ends long calls: programs and lists of
 * changes. `now` returns the engine's time, `hasSelinux` whether it labels files.
 */
export const dockerRuntime = (
  connection: Connection,
  signal: AbortSignal | undefined,
  now: () => Promise<string>,
  hasSelinux: () => Promise<boolean>,
): Runtime => ({
  now,
  list: (labels) => containers.listContainers(connection, labels),
  inspect: (container) => containers.inspectContainer(connection, container),
  create: async (spec) => (await import('./create-container.ts')).createContainer(connection, spec, hasSelinux),
  start: (container, onSent) => containers.startContainer(connection, container, onSent),
  stop: (container, seconds) => containers.stopContainer(connection, container, seconds),
  pause: (container) => containers.changeState(connection, container, 'pause', 'pause the container'),
  unpause: (container) => containers.changeState(connection, container, 'unpause', 'resume the container'),
  rename: (container, name) => containers.renameContainer(connection, container, name),
  remove: (container) => containers.removeContainer(connection, container),
  discard: (container) => containers.discardContainer(connection, container),

  exec: async (container, options) => {
    const { exec } = await import('./exec.ts');
    const own = options.tidies === true ? undefined : signal;
    const signals = [options.signal, own].filter((one) => one !== undefined);
    return exec(connection, container, { ...options, signal: AbortSignal.any(signals) });
  },
  attach: async (container, streams) =>
    (await import('./attach-container.ts')).attachContainer(connection, container, streams, signal),
  readLogs: async (container, options) => (await import('./read-logs.ts')).readLogs(connection, container, options),

  putArchive: (container, path, tar) => containers.putArchive(connection, container, path, tar),
  listChanges: async (container) => (await import('./list-changes.ts')).listChanges(connection, container, signal),
  readSizes: async (labels) => (await import('./read-usage.ts')).readSizes(connection, labels),
  readMemory: async (container) => (await import('./read-usage.ts')).readMemory(connection, container),
});
