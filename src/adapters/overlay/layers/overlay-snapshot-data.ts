import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { DataRequest, DataSession, SnapshotData } from '../../../ports/snapshot-data.ts';
import { findLayers } from './find-layers.ts';
import { findOverlay } from '../helper/find-overlay.ts';
import { ImageHelper } from '../helper/image-helper.ts';
import { VolumeSession } from './volume-session.ts';

const layerTarget = '/.devenv-layer';
const outTarget = '/.devenv-out';

/** Copies between volumes, and between folders of overlay file systems, in helpers beside the workspace. */
export class OverlaySnapshotData implements SnapshotData {
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async open(request: DataRequest): Promise<DataSession> {
    return VolumeSession.open(await this.#engine(), request);
  }

  async applyLayer(image: Image, container: string, beside: string): Promise<boolean> {
    const engine = await this.#engine();
    const [layer] = (await findLayers(engine, beside, image, 1)) ?? [];
    const upper = layer === undefined ? undefined : await findUpper(engine, container);
    if (layer === undefined || upper === undefined) return false;
    const helper = await ImageHelper.start(engine, {
      image: image.id,
      labels: { 'dev.teamvm.origin': beside },
      mounts: [
        { kind: 'bind', source: layer, target: layerTarget, readOnly: true },
        { kind: 'bind', source: upper, target: outTarget },
      ],
    });
    try {
      // An ordinary user may set no attributes of the other name.
      const own = (await engine.describe()).rootless ? 'user.overlay.' : 'trusted.overlay.';
      await helper.run(copyScript, [layerTarget, outTarget, own]);
    } finally {
      await helper.stop();
    }
    return true;
  }

  async clean(beside: string): Promise<void> {
    const engine = await this.#engine();
    const helpers = await engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${beside}`]);
    await Promise.all(helpers.map(({ id }) => engine.runtime.remove(id)));
  }
}

/** The containerd store shows the folders to the container alone, while it runs. */
async function findUpper(engine: Pick<Engine, 'runtime' | 'describe'>, container: string): Promise<string | undefined> {
  const known = await findOverlay(engine, container);
  if (known !== undefined) return known.upper;
  await engine.runtime.start(container);
  try {
    return (await findOverlay(engine, container))?.upper;
  } finally {
    await engine.runtime.stop(container, 0);
  }
}

/** A layer as it is, deletions and hidden folders included; what the overlay notes for itself stays behind. */
const copyScript = `cd "$1" && (tar --create --format=posix --pax-option=delete=atime,delete=ctime --numeric-owner \\
  --sparse --xattrs --xattrs-include='*' --xattrs-exclude="$3"origin --xattrs-exclude="$3"'[!o]*' \\
  --file=- . || kill -9 $$) |
tar --extract --directory="$2" --numeric-owner --same-owner --preserve-permissions --delay-directory-restore \\
  --xattrs --xattrs-include='*' --file=-`;
