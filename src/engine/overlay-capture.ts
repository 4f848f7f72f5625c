import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerDetails, Mount } from '../model/container.ts';
import type { Capture, Captured, CaptureRequest } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import { carrierPrefix, commitCarrier, makeCarrier, type Carrier } from './carrier.ts';
import { addDifferent, decideDelta, type Delta } from './decide-delta.ts';
import { fillCarrier } from './fill-carrier.ts';
import { findOverlay } from './find-overlay.ts';
import { Helper } from './helper.ts';
import { makeLeftOut } from './left-out.ts';
import { listDropped } from './list-dropped.ts';
import { findDifferent, listFolders, listUpper, type Upper } from './list-upper.ts';
import type { Row } from './read-rows.ts';
import { refuseUnkept } from './refuse-unkept.ts';

const upperTarget = '/.devenv-upper';
const outTarget = '/.devenv-out';

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

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async capture(request: CaptureRequest): Promise<Captured | undefined> {
    const engine = await this.#engine();
    const details = await engine.inspectContainer(request.container);
    if (details === undefined) throw new DevenvError('WORKSPACE_NOT_FOUND', 'The workspace is gone.');
    const upper = (await findOverlay(engine, request.container))?.upper;
    const carrier = upper === undefined ? undefined : await makeCarrier(engine, request.container, request.parent);
    if (upper === undefined || carrier === undefined)
      return request.still(() => captureWhole(engine, details, request));
    let helpers: Helpers | undefined;
    try {
      helpers = await startHelpers(engine, details, request, upper, carrier);
      return await captureDelta(engine, details, request, helpers, carrier);
    } finally {
      await Promise.all([helpers?.stop(), engine.removeContainer(carrier.id)]);
    }
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

async function captureDelta(
  engine: Engine,
  details: ContainerDetails,
  request: CaptureRequest,
  helpers: Helpers,
  carrier: Carrier,
): Promise<Captured | undefined> {
  const done = await request.still(async () => {
    const { upper, delta } = await compare(details, request, helpers);
    if (upper.partial) return captureWhole(engine, details, request);
    if (delta.changes === 0) return undefined;
    const paths = new Map(upper.rows.map((row) => [row.path, row]));
    const rows = delta.copy.flatMap((path) => paths.get(path) ?? []);
    refuseUnkept(rows, carrier.upper);
    const dropped = listDropped(delta, rows, upper.attributes);
    const described = { changes: delta.changes, leftOut: delta.leftOut.map((path) => `/${path}`), dropped };
    if (request.since === undefined && delta.leftOut.length === 0 && dropped.attributes.length === 0 && isLarge(rows)) {
      return { ...(await captureWhole(engine, details, request)), ...described };
    }
    await fillCarrier(helpers.main, delta, { from: upperTarget, to: outTarget, latest: request.latest });
    return described;
  });
  if (done === undefined || isCaptured(done)) return done;
  const image = await commitCarrier(engine, carrier, request.parent, request.reference);
  return { image, method: 'delta', onParent: true, ...done };
}

/** Where copying the change first would cost a good part of what capturing it does. */
function isLarge(rows: readonly Row[]): boolean {
  return rows.length > 1000 || rows.reduce((sum, { size }) => sum + size, 0) > 16 * 1024 ** 2;
}

const isCaptured = (done: object): done is Captured => 'image' in done;

async function compare(
  details: ContainerDetails,
  request: CaptureRequest,
  { main, base }: Helpers,
): Promise<{ readonly upper: Upper; readonly delta: Delta }> {
  const own = makeLeftOut(details.mounts);
  const upper = await listUpper(main, upperTarget);
  const folders = upper.rows.filter(({ type }) => type === 'd').map(({ path }) => path);
  const [parent, below] = await Promise.all([
    listFolders(main, folders),
    base === undefined ? undefined : listFolders(base, folders),
  ]);
  const without = (rows: Iterable<Row>): Row[] => [...rows].filter(({ path }) => !own(`/${path}`) && !ours(path));
  const delta = decideDelta({
    upper: without(upper.rows),
    opaque: upper.opaque,
    parent: new Map(without(parent.values()).map((row) => [row.path, row])),
    since: request.since === undefined ? undefined : toSeconds(request.since),
    base: (path) => below === undefined || below.has(path),
    leaveOut: request.leaveOut,
  });
  if (delta.doubtful.length === 0) return { upper, delta };
  const different = await findDifferent(main, upperTarget, delta.doubtful);
  return { upper, delta: addDifferent(delta, different, upper.rows) };
}

/** Where the helper's own mounts are. */
const ours = (path: string): boolean => path.startsWith('.devenv-');

/** The engine's commit, emptying the labels that only the container has: they hold this machine's folder. */
async function captureWhole(engine: Engine, details: ContainerDetails, request: CaptureRequest): Promise<Captured> {
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

/** ISO 8601 → seconds with ten digits after the point, as \`find\` prints them. */
function toSeconds(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${String(Math.floor(Date.parse(time) / 1000))}.${fraction.padEnd(10, '0').slice(0, 10)}`;
}

interface Helpers {
  /** Made from the parent, which is its root; has the container's upper folder and the carrier's. */
  readonly main: Helper;
  /** Made from the container's own image, where that is not the parent. */
  readonly base: Helper | undefined;
  stop(): Promise<void>;
}

async function startHelpers(
  engine: Engine,
  details: ContainerDetails,
  request: CaptureRequest,
  upper: string,
  carrier: Carrier,
): Promise<Helpers> {
  const labels = { 'dev.teamvm.origin': request.container };
  const mounts: Mount[] = [
    { kind: 'bind', source: upper, target: upperTarget, readOnly: true },
    { kind: 'bind', source: carrier.upper, target: outTarget },
  ];
  const started = await Promise.allSettled([
    Helper.start(engine, { image: request.parent.id, mounts, labels }),
    ...(request.since === undefined ? [] : [Helper.start(engine, { image: details.image, mounts: [], labels })]),
  ]);
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((helper) => helper.stop()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  const [main, base] = running;
  if (failed === undefined && main !== undefined) return { main, base, stop };
  await stop();
  throw failed?.reason;
}
