import type { EngineInfo } from '../../ports/engine.ts';
import { askJson } from './connection/ask.ts';
import { readIdentity, type Connection } from './connection/connection.ts';
import { refused } from './connection/engine-failure.ts';
import { Fields } from './connection/fields.ts';
import { normaliseArchitecture } from './images/images.ts';

/** One answer tells both. */
export interface Description {
  readonly info: EngineInfo;
  /** The engine's own time of day, ISO 8601 with up to nanoseconds. */
  readonly time: string;
}

/**
 * What kind of engine this is, and its time. `storage` is the driver's name,
 * with `containerd/` before it where images are kept by containerd: `overlay2`,
 * `containerd/overlayfs`; `fuse-overlay` where a program does it and not the kernel.
 */
export async function readInfo(connection: Connection): Promise<Description> {
  const purpose = 'describe itself';
  const told = new Fields(await askJson(connection, { method: 'GET', path: '/info', purpose, repeat: 'always' }));
  const time = told.text('SystemTime');
  if (Number.isNaN(Date.parse(time))) throw refused(purpose, 200, 'its answer holds no time');
  const status = JSON.stringify(told.get('DriverStatus') ?? []);
  // With the classic store the driver has no type.
  const containerd = status.includes('io.containerd.snapshotter');
  // Podman before 5 says it in a field of its own alone.
  const rootless =
    told.get('Rootless') === true || told.texts('SecurityOptions').some((option) => option.includes('rootless'));
  // It calls by one name what the kernel mounts, and what a program does for a user who may not.
  const fuse = connection.podman && rootless && status.includes('"Native Overlay Diff","false"');
  const info: EngineInfo = {
    ...readIdentity(connection),
    version: told.text('ServerVersion'),
    architecture: normaliseArchitecture(told.text('Architecture')),
    storage: `${containerd ? 'containerd/' : ''}${fuse ? 'fuse-' : ''}${told.text('Driver')}`,
    rootless,
  };
  return { info, time };
}
