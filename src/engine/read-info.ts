import type { EngineInfo } from '../ports/engine.ts';
import { isLocal } from './address.ts';
import { askJson } from './ask.ts';
import type { Connection } from './connection.ts';
import { refused } from './engine-failure.ts';
import { Fields } from './fields.ts';
import { normaliseArchitecture } from './images.ts';

/**
 * What kind of engine this is. `storage` is the driver's name, with
 * `containerd/` before it where images are kept by containerd: `overlay2`,
 * `containerd/overlayfs`.
 */
export async function readInfo(connection: Connection): Promise<EngineInfo> {
  const { podman, name, address, prefix } = connection;
  const call = { method: 'GET', path: '/info', purpose: 'describe itself', repeat: 'always' } as const;
  const info = new Fields(await askJson(connection, call));
  // With the classic store the driver has no type.
  const containerd = JSON.stringify(info.get('DriverStatus') ?? []).includes('io.containerd.snapshotter');
  return {
    address: name,
    kind: podman ? 'podman' : 'docker',
    version: info.text('ServerVersion'),
    apiVersion: prefix.slice('/v'.length),
    architecture: normaliseArchitecture(info.text('Architecture')),
    storage: `${containerd ? 'containerd/' : ''}${info.text('Driver')}`,
    local: isLocal(address),
    rootless: info.texts('SecurityOptions').some((option) => option.includes('rootless')),
  };
}

/** The engine's own time of day, ISO 8601 with up to nanoseconds. */
export async function readTime(connection: Connection): Promise<string> {
  const purpose = 'tell the time';
  const info = await askJson(connection, { method: 'GET', path: '/info', purpose, repeat: 'always' });
  const time = new Fields(info).text('SystemTime');
  if (Number.isNaN(Date.parse(time))) throw refused(purpose, 200, 'its answer holds no time');
  return time;
}
