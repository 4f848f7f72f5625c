import { stat } from 'node:fs/promises';
import type { Limits } from '../../../model/workspace.ts';
import type { Connection } from '../connection/connection.ts';

/** Where programs look for an engine. */
const engineSocket = '/var/run/docker.sock';

/** All graphics processors, in the words of the Container Device Interface. */
const everyGpu = 'nvidia.com/gpu=all';

/** What a container may use, as part of a HostConfig. `mounts` are to be added to its others. */
export async function toLimits(
  connection: Connection,
  limits: Limits,
): Promise<{ readonly config: object; readonly mounts: readonly object[] }> {
  const { podman } = connection;
  const socket = limits.engineSocket ? findSocket(connection) : undefined;
  const devices = limits.devices.map(({ source, target, permissions }) => ({
    ...{ PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions },
  }));
  // Podman passes over requests for devices in silence, but knows their names.
  if (limits.gpus && podman) devices.push({ PathOnHost: everyGpu, PathInContainer: '', CgroupPermissions: '' });
  const group = socket === undefined ? undefined : await groupOf(connection, socket);
  const config = {
    ...(limits.cpus !== undefined && { NanoCpus: Math.round(limits.cpus * 1e9) }),
    ...(limits.memory !== undefined && { Memory: limits.memory }),
    ...(limits.shm !== undefined && { ShmSize: limits.shm }),
    ...(limits.gpus && !podman && { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }),
    ...(devices.length > 0 && { Devices: devices }),
    ...(limits.privileged && { Privileged: true }),
    // Who works in the container may use the socket as those on the engine's machine do that have its group.
    ...(group !== undefined && { GroupAdd: [String(group)] }),
    ExtraHosts: Object.entries(limits.extraHosts).map(([name, address]) => `${name}:${address}`),
  };
  const mounts = socket === undefined ? [] : [{ Type: 'bind', Source: socket, Target: engineSocket, ReadOnly: false }];
  return { config, mounts };
}

/** The engine's own socket on its own machine: where we found it, unless that is a way into another machine. */
function findSocket({ address, podman }: Connection): string {
  const elsewhere = podman ? '/run/podman/podman.sock' : engineSocket;
  if (address.kind !== 'unix' || process.platform !== 'linux' || /\/\.docker\//.test(address.path)) return elsewhere;
  return address.path;
}

/** Of the socket, where it is on this machine. */
async function groupOf({ address }: Connection, socket: string): Promise<number | undefined> {
  if (address.kind !== 'unix') return undefined;
  return stat(socket).then(
    ({ gid }) => gid,
    () => undefined,
  );
}

/** Name → both limits; Podman's own defaults are refused where the machine's hard limits are lower. */
export function toUlimits(podman: boolean, ulimits: Readonly<Record<string, number>>): object[] {
  const all = { ...(podman && { nofile: 1024, nproc: 4096 }), ...ulimits };
  return Object.entries(all).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit }));
}
