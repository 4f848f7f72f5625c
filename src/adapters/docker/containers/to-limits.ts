import { stat } from 'node:fs/promises';
import type { Limits } from '../../../model/workspace.ts';
import type { Connection } from '../connection/connection.ts';

/** Where programs in the container look for an engine. */
const engineSocket = '/var/run/docker.sock';

/** All graphics processors, as the Container Device Interface names them. */
const everyGpu = 'nvidia.com/gpu=all';

/** A container's limits as part of a HostConfig, and the mounts to add. */
export async function toLimits(
  connection: Connection,
  limits: Limits,
): Promise<{ readonly config: object; readonly mounts: readonly object[] }> {
  const { podman } = connection;
  const socket = limits.engineSocket ? findSocket(connection) : undefined;
  const devices = limits.devices.map(({ source, target, permissions }) => ({
    ...{ PathOnHost: source, PathInContainer: target, CgroupPermissions: permissions },
  }));
  // Podman ignores device requests, but knows the devices by name.
  if (limits.gpus && podman) devices.push({ PathOnHost: everyGpu, PathInContainer: '', CgroupPermissions: '' });
  const group = socket === undefined ? undefined : await groupOf(connection, socket);
  const config = {
    ...(limits.cpus !== undefined && { NanoCpus: Math.round(limits.cpus * 1e9) }),
    ...(limits.memory !== undefined && { Memory: limits.memory }),
    ...(limits.shm !== undefined && { ShmSize: limits.shm }),
    ...(limits.gpus && !podman && { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] }),
    ...(devices.length > 0 && { Devices: devices }),
    ...(limits.privileged && { Privileged: true }),
    // The socket's group may use it.
    ...(group !== undefined && { GroupAdd: [String(group)] }),
    ExtraHosts: Object.entries(limits.extraHosts).map(([name, address]) => `${name}:${address}`),
  };
  const mounts = socket === undefined ? [] : [{ Type: 'bind', Source: socket, Target: engineSocket, ReadOnly: false }];
  return { config, mounts };
}

/** The engine's socket on its own machine: the one in use, unless it leads into another machine. */
function findSocket({ address, podman }: Connection): string {
  const elsewhere = podman ? '/run/podman/podman.sock' : engineSocket;
  if (address.kind !== 'unix' || process.platform !== 'linux' || /\/\.docker\//.test(address.path)) return elsewhere;
  return address.path;
}

/** The socket's group, if the socket is on this machine. */
async function groupOf({ address }: Connection, socket: string): Promise<number | undefined> {
  if (address.kind !== 'unix') return undefined;
  return stat(socket).then(
    ({ gid }) => gid,
    () => undefined,
  );
}

/** Name → both limits. Podman fails with its own defaults if the machine's hard limits are lower. */
export function toUlimits(podman: boolean, ulimits: Readonly<Record<string, number>>): object[] {
  const all = { ...(podman && { nofile: 1024, nproc: 4096 }), ...ulimits };
  return Object.entries(all).map(([Name, limit]) => ({ Name, Soft: limit, Hard: limit }));
}
