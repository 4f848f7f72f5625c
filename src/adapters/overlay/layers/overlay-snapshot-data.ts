import type { ContainerDetails } from '../../../model/container.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { CopyRequest, CopySession, DataRequest, DataSession, SnapshotData } from '../../../ports/snapshot-data.ts';
import { listCarriers } from '../capture/carrier.ts';
import { findLayers } from './find-layers.ts';
import { makeLeftOut } from '../changes/left-out.ts';
import { findOverlay, isUpperOf } from '../helper/find-overlay.ts';
import type { LocalProgram } from '../helper/start-local-helper.ts';
import { findProgram } from '../helper/start-storage-helper.ts';
import { listCopied, outTarget, stackLayers, startLayerHelper } from './layer-helper.ts';
import { VolumeSession } from './volume-session.ts';

/** Copies volumes, and layers of an overlay storage, with helpers. */
export class OverlaySnapshotData implements SnapshotData {
  readonly #engine: () => Promise<Engine>;
  readonly #local: LocalProgram | undefined;

  /** `local`: lets a process of this machine copy, if it is the engine's. */
  constructor(engine: () => Promise<Engine>, local?: LocalProgram) {
    this.#engine = engine;
    this.#local = local;
  }

  async open(request: DataRequest): Promise<DataSession> {
    return VolumeSession.open(await this.#engine(), request);
  }

  async copy(request: CopyRequest): Promise<CopySession> {
    const engine = await this.#engine();
    if (this.#local === undefined || request.still === undefined) return VolumeSession.open(engine, request);
    const { openSharing } = await import('./sharing-session.ts');
    return (await openSharing(engine, request, this.#local)) ?? VolumeSession.open(engine, request);
  }

  async applyLayer(image: Image, container: string, beside: string): Promise<boolean> {
    const engine = await this.#engine();
    const folders = (await findProgram(engine)) && (await findLayers(engine, beside, image, 1));
    const details = await engine.runtime.inspect(container);
    if (folders === undefined || details === undefined) return false;
    const out = await findUpper(engine, details);
    if (out === undefined) return false;
    const helper = await startLayerHelper(engine, { image: details.image, folders, beside, out });
    try {
      if (!(await isUpperOf(helper, outTarget, details))) return false;
      const entries = await stackLayers(helper, folders, makeLeftOut(details.mounts));
      await helper.copy('/', outTarget, listCopied(entries, 'deleted'), { attributes: 'all' });
      return true;
    } finally {
      await helper.remove();
    }
  }

  async clean(beside: string): Promise<void> {
    const engine = await this.#engine();
    const [carriers, helpers] = await Promise.all([
      listCarriers(engine, beside),
      engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${beside}`]),
    ]);
    await Promise.all([...carriers, ...helpers].map(({ id }) => engine.runtime.remove(id)));
  }
}

/** The containerd store shows the folders only of a container that runs. */
async function findUpper(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  details: ContainerDetails,
): Promise<string | undefined> {
  if ((await engine.describe()).storage.layers !== 'inside') return (await findOverlay(engine, details))?.upper;
  await engine.runtime.start(details.id);
  try {
    const running = await engine.runtime.inspect(details.id);
    return running && (await findOverlay(engine, running))?.upper;
  } finally {
    await engine.runtime.stop(details.id, 0);
  }
}
