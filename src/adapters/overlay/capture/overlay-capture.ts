import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Container, ContainerDetails } from '../../../model/container.ts';
import type { Capture, CaptureResult, CaptureRequest, Expected, Preparing } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import { CarrierFiller, outTarget } from './carrier-filler.ts';
import { carrierPrefix, commitCarrier } from './carrier.ts';
import { captureWhole } from './capture-whole.ts';
import { ChangeList } from '../changes/change-list.ts';
import { chooseWay, expect, tell } from './choose-way.ts';
import { findGroupOf, letGroupGoOn } from '../helper/control-group.ts';
import { compareUpper, type UpperComparison } from '../changes/compare-upper.ts';
import { fillCarrier } from './fill-carrier.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { StorageHelpers, upperTarget } from '../helper/storage-helpers.ts';

/** Seconds in which a helper of another command that runs now has been started, and a carrier that was given up is gone. */
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
  #prepared: Promise<CarrierFiller | undefined> | undefined;

  constructor(engine: () => Promise<Engine>, helpers = new StorageHelpers(engine)) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  prepare(request: Preparing): Promise<void> {
    return new Promise((resolve) => {
      this.#prepared = this.#prepare(request, resolve).catch(() => undefined);
      void this.#prepared.then((filler) => {
        if (filler === undefined) resolve();
      });
    });
  }

  async release(): Promise<void> {
    const filler = await this.#prepared;
    this.#prepared = undefined;
    await filler?.remove();
  }

  async #prepare(request: Preparing, onAsked: () => void): Promise<CarrierFiller | undefined> {
    const engine = await this.#engine();
    const details = await engine.runtime.inspect(request.container);
    if (details === undefined || (await this.#helpers.find(details, request.parent.id)) === undefined) return undefined;
    if (!chooseWay(engine, details, request)(request.expected)) return undefined;
    await request.written;
    const filler = new CarrierFiller(engine, request);
    // Told where it is waited for.
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
    const filler = (await this.#prepared) ?? new CarrierFiller(engine, request);
    const isCopied = chooseWay(engine, details, request);
    let tidied: Promise<void> | undefined;
    const tidy = (): void => {
      tidied = this.#removeUnstarted(request.container, helper, filler);
      // Told at the end.
      tidied.catch(() => undefined);
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
      // What copying takes is made ready before anything stands still.
      const copied = isCopied(request.expected ?? expect(await compare()));
      await Promise.all([request.allowed, copied ? filler.prepare() : undefined]);
      return await captureStill(engine, details, request, { compare, isCopied, filler, tidy });
    } finally {
      await filler.remove();
      this.#prepared = undefined;
      await tidied;
    }
  }

  /**
   * Helpers end with the program that started them; one that was killed before
   * it did left them: beside this container, or one that another has replaced.
   * A carrier is left where its engine died as it was to remove it.
   */
  async #removeUnstarted(container: string, helper: StorageHelper, filler: CarrierFiller): Promise<void> {
    const engine = await this.#engine();
    const [helpers, carriers, time] = await Promise.all([
      engine.runtime.list(['dev.teamvm.role=helper']),
      this.#listCarriers(container),
      // One that was killed meanwhile is told by who needs it.
      helper.now().then(Number, async () => Date.parse(await engine.runtime.now()) / 1000),
    ]);
    // Its own were made ready before the changes were explained, which takes long where there are many, or somebody is asked.
    const isOld = ({ id, created }: Container): boolean => time - created > startTime && !filler.owns(id);
    const left = helpers.filter((one) => one.state === 'created' && isOld(one));
    const remove = async ({ id, labels }: Container): Promise<void> => {
      const origin = labels['dev.teamvm.origin'] ?? '';
      // Those of snapshots are named after these.
      const gone = /^[0-9a-f]{64}$/.test(origin) && (await engine.runtime.inspect(origin)) === undefined;
      if (origin === container || gone) await engine.runtime.remove(id);
    };
    const dead = carriers.filter(isOld);
    await Promise.all([...left.map(remove), ...dead.map(({ id }) => engine.runtime.remove(id))]);
  }

  async #listCarriers(container: string): Promise<readonly Container[]> {
    const prefix = carrierPrefix(container);
    const carriers = await (await this.#engine()).runtime.list(['dev.teamvm.role=carrier']);
    return carriers.filter(({ name }) => name.startsWith(prefix));
  }

  async thaw(container: string): Promise<void> {
    const details = await (await this.#engine()).runtime.inspect(container);
    const group = details?.state === 'running' ? findGroupOf(details) : undefined;
    if (group !== undefined && process.getuid?.() === 0) letGroupGoOn(group);
  }

  async clean(container: string): Promise<void> {
    const engine = await this.#engine();
    const [carriers, helpers] = await Promise.all([
      this.#listCarriers(container),
      engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${container}`]),
    ]);
    await Promise.all([...carriers, ...helpers].map(({ id }) => engine.runtime.remove(id)));
  }
}

interface Ways {
  readonly compare: () => Promise<UpperComparison>;
  readonly isCopied: (expected: Expected) => boolean;
  readonly filler: CarrierFiller;
  /** What is asked of the engine while it is busy with the capture itself. */
  readonly tidy: () => void;
}

async function captureStill(
  engine: Pick<Engine, 'images' | 'builder'>,
  details: ContainerDetails,
  request: CaptureRequest,
  { compare, isCopied, filler, tidy }: Ways,
): Promise<CaptureResult | undefined> {
  const listed = request.listed instanceof ChangeList ? request.listed.compared : undefined;
  const isWhole = request.expected !== undefined && !request.expected.leavesOut && !isCopied(request.expected);
  const done = await request.still(async (quiet) => {
    const compared = quiet?.calm === true && isWhole && listed !== undefined ? listed : await compare();
    if (compared.changes === 0 && !compared.partial) return undefined;
    // Once the engine has been asked for the capture.
    setImmediate(tidy);
    if (compared.partial) return captureWhole(engine, details, request, quiet);
    compared.unkept.refuse();
    if (!isCopied(expect(compared)))
      return { ...(await captureWhole(engine, details, request, quiet)), ...tell(compared) };
    const { helper } = await filler.prepare();
    await fillCarrier(helper, compared.entries, { from: upperTarget, to: outTarget, latest: request.latest }).catch(
      async (error: unknown) => {
        // Before the container goes on: where the disk is full its engine needs that room for it.
        await filler.remove();
        throw error;
      },
    );
    return tell(compared);
  });
  if (done === undefined || 'image' in done) return done;
  const { carrier } = await filler.prepare();
  const { config } = request.parent;
  const labelled = { ...config, labels: { ...config.labels, ...(await request.label?.()) } };
  const image = await commitCarrier(engine, carrier, { ...request.parent, config: labelled }, request.reference);
  await filler.discard();
  return { image, method: 'delta', onParent: true, ...done };
}
