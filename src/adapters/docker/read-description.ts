import type { EngineDescription, EngineStorage } from '../../ports/engine.ts';
import { getJson } from './connection/ask.ts';
import type { Connection } from './connection/connection.ts';
import { refused } from './connection/engine-failure.ts';
import type { Fields } from './connection/fields.ts';
import { normaliseArchitecture } from './images/images.ts';

/** Two facts from one answer of the engine. */
export interface Description {
  readonly description: EngineDescription;
  /** The engine's own time of day, ISO 8601 with up to nanoseconds. */
  readonly time: string;
}

/** Asks an engine for its product, version, storage and time of day. */
export async function readDescription(connection: Connection): Promise<Description> {
  const purpose = 'describe itself';
  const told = await getJson(connection, '/info', purpose);
  const time = told.text('SystemTime');
  if (Number.isNaN(Date.parse(time))) throw refused(purpose, 200, 'its answer has no time');
  // Podman before 5 has only `Rootless`.
  const rootless =
    told.get('Rootless') === true || told.texts('SecurityOptions').some((option) => option.includes('rootless'));
  const description: EngineDescription = {
    product: connection.podman ? 'podman' : 'docker',
    version: told.text('ServerVersion'),
    apiVersion: connection.prefix.slice('/v'.length),
    architecture: normaliseArchitecture(told.text('Architecture')),
    rootless,
    selinux: told.texts('SecurityOptions').some((option) => option.includes('selinux')),
    storage: readStorage(connection, told, rootless),
    proxies: { ...readProxy('http', told.text('HttpProxy')), ...readProxy('https', told.text('HttpsProxy')) },
  };
  return { description, time };
}

/** Docker hides the login. Podman tells its own by `host.` in another call. */
const readProxy = (kind: string, text: string): Readonly<Record<string, string>> =>
  text === '' ? {} : { [kind]: text };

function readStorage({ podman }: Connection, told: Fields, rootless: boolean): EngineStorage {
  const status = JSON.stringify(told.get('DriverStatus') ?? []);
  // Only the containerd store has a driver type.
  const containerd = status.includes('io.containerd.snapshotter');
  const native = !status.includes('"Native Overlay Diff","false"');
  // Podman names the kernel's overlay and fuse-overlayfs alike.
  const fuse = podman && rootless && !native;
  const driver = told.text('Driver');
  const folders = driver.includes('overlay') && !driver.includes('fuse') && !fuse;
  return {
    name: `${containerd ? 'containerd/' : ''}${fuse ? 'fuse-' : ''}${driver}`,
    layers: !folders ? 'hidden' : containerd ? 'inside' : 'named',
    loadsAbove: !podman && !containerd,
    mountsToCommit: !podman && !rootless && !containerd && native,
  };
}
