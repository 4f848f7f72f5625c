import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Container } from '../../../model/container.ts';
import type { Capture, CaptureResult, CaptureRequest, Preparing } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import { CarrierFiller } from './carrier-filler.ts';
import { listCarriers } from './carrier.ts';
import { captureStill } from './capture-still.ts';
import { captureWhole } from './capture-whole.ts';
import { chooseWay, estimate } from './choose-way.ts';
import { copyAhead, listChangedRows } from './copy-ahead.ts';
import { findGroupOf, letGroupGoOn } from '../helper/control-group.ts';
import { compareUpper, type UpperComparison } from '../changes/compare-upper.ts';
import { makeLeftOut } from '../changes/left-out.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import type { Row } from '../helper/row.ts';
import { upperTarget, type StorageHelpers } from '../helper/storage-helpers.ts';

/** Seconds in which another command starts its helper, or removes its carrier. */
const startTime = 10;

/**
 * Captures from the container's overlay: a helper compares the upper folder with
 * the parent and copies the difference, on the engine's machine, into a carrier
 * that the engine commits. For large changes it uses the engine's commit of the
 * container itself if that gives the same (see chooseWay).
 */
export class OverlayCapture implements Capture {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: StorageHelpers;
  #prepared: { readonly container: string; readonly filler: Promise<CarrierFiller | undefined> } | undefined;

  constructor(engine: () => Promise<Engine>, helpers: StorageHelpers) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  prepare(request: Preparing): Promise<void> {
    return new Promise((resolve) => {
      const filler = this.#prepare(request, resolve).catch(() => undefined);
      this.#prepared = { container: request.container, filler };
      void filler.then((made) => {
        if (made === undefined) resolve();
      });
    });
  }

  async release(): Promise<void> {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    await (await prepared?.filler)?.remove();
  }

  /** What was prepared for this container, and for no other: another one's copy would be taken for its own. */
  #takePrepared(container: string): Promise<CarrierFiller | undefined> | undefined {
    const prepared = this.#prepared;
    if (prepared?.container !== container) return undefined;
    this.#prepared = undefined;
    return prepared.filler;
  }

  async #prepare(request: Preparing, onAsked: () => void): Promise<CarrierFiller | undefined> {
    const engine = await this.#engine();
    const details = await engine.runtime.inspect(request.container);
    if (details === undefined || (await this.#helpers.find(details, request.parent.id)) === undefined) return undefined;
    if (!chooseWay(engine, details, request)(request.expected)) return undefined;
    await request.written;
    const filler = new CarrierFiller(engine, request);
    // Reported to the caller that awaits it.
    filler.prepare(onAsked).catch(onAsked);
    return filler;
  }

  async capture(request: CaptureRequest): Promise<CaptureResult | undefined> {
    const engine = await this.#engine();
    const details = await engine.runtime.inspect(request.container);
    if (details === undefined) throw new DevenvError('WORKSPACE_NOT_FOUND', 'The workspace is gone.');
    const helper = await this.#helpers.find(details, request.parent.id);
    if (helper === undefined) {
      await request.allowed;
      return request.still((quiet) => captureWhole(engine, details, request, quiet));
    }
    const filler = (await this.#takePrepared(request.container)) ?? new CarrierFiller(engine, request);
    const isCopied = chooseWay(engine, details, request);
    let cleaned: Promise<void> | undefined;
    const cleanUp = (): void => {
      cleaned = this.#removeUnstarted(request.container, helper, filler);
      // Reported at the end.
      cleaned.catch(() => undefined);
    };
    const compare = (): Promise<UpperComparison> =>
      compareUpper({
        helper,
        upper: upperTarget,
        base: () => this.#helpers.find(details, details.image),
        mounts: details.mounts,
        since: request.since,
        leaveOut: request.leaveOut,
        names: true,
      });
    try {
      // Prepares the copy, and copies what there is, before the container is held.
      const copied = isCopied(request.expected ?? estimate(await compare()));
      const copying = copied ? copyAhead(request, { compare, isCopied, filler }) : undefined;
      const preparing = copied ? filler.prepare() : undefined;
      const [early] = await Promise.all([copying, request.allowed, preparing]);
      const own = makeLeftOut(details.mounts);
      const listChanged = (after: string): Promise<ReadonlyMap<string, Row>> =>
        listChangedRows(helper, after, (path, isFolder) => own(path) || request.leaveOut(path, isFolder));
      return await captureStill(engine, details, request, { compare, isCopied, filler, cleanUp, early, listChanged });
    } finally {
      await filler.remove();
      await cleaned;
    }
  }

  /**
   * Removes helpers that a killed command created and did not start, for this
   * container or one that is gone, and carriers that an engine did not remove.
   */
  async #removeUnstarted(container: string, helper: StorageHelper, filler: CarrierFiller): Promise<void> {
    const engine = await this.#engine();
    const [helpers, carriers, time] = await Promise.all([
      engine.runtime.list(['dev.teamvm.role=helper']),
      listCarriers(engine, container),
      // If the helper was killed, the step that needs it reports that.
      helper.now().then(Number, async () => Date.parse(await engine.runtime.now()) / 1000),
    ]);
    // Its own may be old, too: it prepared them before the changes were explained and the person was asked.
    const isOld = ({ id, created }: Container): boolean => time - created > startTime && !filler.owns(id);
    const left = helpers.filter((one) => one.state === 'created' && isOld(one));
    const remove = async ({ id, labels }: Container): Promise<void> => {
      const origin = labels['dev.teamvm.origin'] ?? '';
      // The origin of a snapshot's helper is no container.
      const gone = /^[0-9a-f]{64}$/.test(origin) && (await engine.runtime.inspect(origin)) === undefined;
      if (origin === container || gone) await engine.runtime.remove(id);
    };
    const dead = carriers.filter(isOld);
    await Promise.all([...left.map(remove), ...dead.map(({ id }) => engine.runtime.remove(id))]);
  }

  async thaw(container: string): Promise<void> {
    const details = await (await this.#engine()).runtime.inspect(container);
    const group = details?.state === 'running' ? findGroupOf(details) : undefined;
    if (group !== undefined && process.getuid?.() === 0) letGroupGoOn(group);
  }

  async clean(container: string): Promise<void> {
    const engine = await this.#engine();
    const [carriers, helpers] = await Promise.all([
      listCarriers(engine, container),
      engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${container}`]),
    ]);
    await Promise.all([...carriers, ...helpers].map(({ id }) => engine.runtime.remove(id)));
  }
}
