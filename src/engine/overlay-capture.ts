import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerDetails, Mount } from '../model/container.ts';
import type { Capture, Captured, CaptureRequest } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import { carrierPrefix, commitCarrier, makeCarrier, type Carrier } from './carrier.ts';
import { compareUpper, type UpperComparison } from './compare-upper.ts';
import { fillCarrier } from './fill-carrier.ts';
import { findOverlay } from './find-overlay.ts';
import { listDropped } from './list-dropped.ts';
import type { FoundRow } from './read-found-row.ts';
import { refuseUnkept } from './refuse-unkept.ts';
import { StorageHelper } from './storage-helper.ts';
import { StorageHelpers, upperTarget } from './storage-helpers.ts';

const outTarget = '/.devenv-out';
/** Seconds in which a helper of another command that runs now has been started. */
const startTime = 10;

/**
 * Captures by the container's overlay: a helper beside it compares the upper
 * folder with the parent, and only the difference goes, folder to folder on
 * the engine's machine, into a carrier that the engine commits. Where much is
 * to go, nothing of it is left out, and it lies on the parent already, the
 * engine's commit of the container itself does the same in one step, with its
 * own times.
 */
export class OverlayCapture implements Capture {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: StorageHelpers;

  constructor(engine: () => Promise<Engine>, helpers = new StorageHelpers(engine)) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  async capture(request: CaptureRequest): Promise<Captured | undefined> {
    const engine = await this.#engine();
    const details = await engine.inspectContainer(request.container);
    if (details === undefined) throw new DevenvError('WORKSPACE_NOT_FOUND', 'The workspace is gone.');
    const helper = await this.#helpers.find(details, request.parent.id);
    if (helper === undefined) return request.still(() => captureWhole(engine, details, request));
    const filler = new Filler(engine, request);
    const compare = async (): Promise<Described> =>
      describe(
        await compareUpper({
          helper,
          upper: upperTarget,
          base: () => this.#helpers.find(details, details.image),
          mounts: details.mounts,
          since: request.since,
          leaveOut: request.leaveOut,
        }),
      );
    try {
      // What copying takes is made ready before anything stands still.
      if (isCopied(await compare(), request)) await filler.prepare();
      return await captureStill(engine, details, request, compare, filler);
    } finally {
      await filler.remove();
      await this.#removeUnstarted(request.container);
    }
  }

  /** Helpers end with the program that started them; one that was killed before it did left them. */
  async #removeUnstarted(container: string): Promise<void> {
    const engine = await this.#engine();
    const helpers = await engine.listContainers(['dev.teamvm.role=helper', `dev.teamvm.origin=${container}`]);
    const now = Date.parse(await engine.now()) / 1000;
    const left = helpers.filter(({ state, created }) => state === 'created' && now - created > startTime);
    await Promise.all(left.map(({ id }) => engine.removeContainer(id)));
  }

  async clean(container: string): Promise<void> {
    const engine = await this.#engine();
    const prefix = carrierPrefix(container);
    const carriers = await engine.listContainers(['dev.teamvm.role=carrier']);
    const helpers = await engine.listContainers(['dev.teamvm.role=helper', `dev.teamvm.origin=${container}`]);
    const dead = [...carriers.filter(({ name }) => name.startsWith(prefix)), ...helpers];
    await Promise.all(dead.map(({ id }) => engine.removeContainer(id)));
  }
}

/** A comparison, and what is told of it. */
interface Described {
  readonly compared: UpperComparison;
  /** Entries that a layer of it has. */
  readonly rows: readonly FoundRow[];
  readonly told: Required<Pick<Captured, 'changes' | 'leftOut' | 'dropped'>>;
}

function describe(compared: UpperComparison): Described {
  const { delta, rows: all } = compared;
  const rows = delta.copy.flatMap((path) => all.get(path) ?? []);
  const kept = new Set(['security.capability', 'security.selinux']);
  const attributes = new Map(
    rows.map(({ path, attributes: names }) => [path, names.filter((name) => !kept.has(name))] as const),
  );
  const dropped = listDropped(delta, rows, attributes);
  return {
    compared,
    rows,
    told: { changes: delta.changes, leftOut: delta.leftOut.map((path) => `/${path}`), dropped },
  };
}

/** False where the engine's commit of the container itself gives the same, or nothing changed. */
function isCopied({ compared, rows, told }: Described, { since, apart }: CaptureRequest): boolean {
  if (compared.partial || told.changes === 0) return false;
  if (apart === true) return true;
  return since !== undefined || told.leftOut.length > 0 || told.dropped.attributes.length > 0 || !isLarge(rows);
}

/** Where copying the change first would cost a good part of what capturing it does. */
function isLarge(rows: readonly FoundRow[]): boolean {
  return rows.length > 1000 || rows.reduce((sum, { size }) => sum + size, 0) > 16 * 1024 ** 2;
}

async function captureStill(
  engine: Engine,
  details: ContainerDetails,
  request: CaptureRequest,
  compare: () => Promise<Described>,
  filler: Filler,
): Promise<Captured | undefined> {
  const done = await request.still(async () => {
    const described = await compare();
    const { compared, rows, told } = described;
    if (compared.partial) return captureWhole(engine, details, request);
    if (told.changes === 0) return undefined;
    refuseUnkept(rows, (await findOverlay(engine, request.container))?.upper ?? '');
    if (!isCopied(described, request)) return { ...(await captureWhole(engine, details, request)), ...told };
    const { helper } = await filler.prepare();
    await fillCarrier(helper, compared.delta, { from: upperTarget, to: outTarget, latest: request.latest });
    return told;
  });
  if (done === undefined || 'image' in done) return done;
  const { carrier } = await filler.prepare();
  const image = await commitCarrier(engine, carrier, request.parent, request.reference);
  return { image, method: 'delta', onParent: true, ...done };
}

/** A carrier, and a helper that sees the container's upper folder and the carrier's. */
class Filler {
  readonly #engine: Engine;
  readonly #request: CaptureRequest;
  #carrier: Carrier | undefined;
  #prepared: Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> | undefined;

  constructor(engine: Engine, request: CaptureRequest) {
    this.#engine = engine;
    this.#request = request;
  }

  prepare(): Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> {
    return (this.#prepared ??= this.#make());
  }

  async remove(): Promise<void> {
    const helper = (await this.#prepared?.catch(() => undefined))?.helper;
    const carrier = this.#carrier;
    await Promise.all([helper?.remove(), carrier && this.#engine.removeContainer(carrier.id)]);
  }

  async #make(): Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> {
    const { container, parent } = this.#request;
    const [overlay, carrier] = await Promise.all([
      findOverlay(this.#engine, container),
      makeCarrier(this.#engine, container, parent),
    ]);
    this.#carrier = carrier;
    if (overlay === undefined || carrier === undefined) {
      throw new DevenvError('ENGINE_REFUSED', 'The engine does not tell where it keeps what the workspace changed.');
    }
    const mounts: Mount[] = [
      { kind: 'bind', source: overlay.upper, target: upperTarget, readOnly: true },
      { kind: 'bind', source: carrier.upper, target: outTarget },
    ];
    return {
      carrier,
      helper: await StorageHelper.start(this.#engine, { image: parent.id, mounts, beside: container }),
    };
  }
}

/** The engine's commit, emptying the labels that only the container has: they hold this machine's folder. */
async function captureWhole(engine: Engine, details: ContainerDetails, request: CaptureRequest): Promise<Captured> {
  if (request.apart === true) {
    throw new DevenvError('ENGINE_REFUSED', 'This engine does not tell your own things from what was added since.', {
      state: 'Nothing was captured; the workspace is as it was.',
    });
  }
  const below = await engine.inspectImage(details.image);
  const { config } = request.parent;
  const emptied = Object.fromEntries(Object.keys(details.labels).map((name) => [name, '']));
  await engine.commitContainer(request.container, request.reference, {
    ...config,
    labels: { ...emptied, ...config.labels },
  });
  const image = await engine.inspectImage(request.reference);
  if (image === undefined || below?.diffIds.some((id, index) => image.diffIds[index] !== id) === true) {
    throw new DevenvError('CONTENT_MISMATCH', 'The captured image does not extend the version it was made from.', {
      state: 'Nothing was recorded; the workspace is as it was.',
    });
  }
  const onParent = request.parent.diffIds.every((id, index) => image.diffIds[index] === id);
  return { image, method: 'engine', onParent, leftOut: [] };
}
