import { containerActs } from '../containers/acts/container-acts.ts';
import { endActs } from '../containers/acts/end-acts.ts';
import type { Filling, Site, Source } from '../containers/acts/site.ts';
import { isImage } from '../containers/carry-out-images.ts';
import type { Round } from '../containers/in-rounds.ts';
import { noFacts, type Facts, type Observation } from '../containers/observe.ts';
import { readServices } from '../containers/services/read-services.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import type { Acts } from '../plan/carry-out.ts';
import { planRestore } from '../plan/plan-restore.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { fillLayer } from './fill-layer.ts';
import { findTools } from './find-tools.ts';
import { findDataVolumes } from './data-volumes.ts';
import { finishRestore, restoreActs } from './restore-acts.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { describeIntent, findSource, nameVolume, refuseMissing } from './restore-source.ts';
import { saveBefore } from './save-before.ts';
import { snapshotIntent } from './snapshot-intent.ts';
import { nameHeldVersion, type Kept } from './snapshots.ts';

/** One restore: what its rounds hand on to each other. */
export class RestoreRounds {
  readonly facts: Facts;
  /** The container is created from an image of the whole file system. */
  whole: boolean;
  before: Snapshot | undefined;
  absent: readonly string[] = [];
  readonly #context: Context;
  readonly #held: Held;
  readonly #engine: Engine;
  readonly #place: Place;
  readonly #kept: Kept;
  readonly #keep: boolean;
  #confirmed = false;
  #effective = false;
  #own: ReturnType<typeof restoreActs> | undefined;

  constructor(context: Context, held: Held, engine: Engine, place: Place, kept: Kept, keep: boolean) {
    this.#context = context;
    this.#held = held;
    this.#engine = engine;
    this.#place = place;
    this.#kept = kept;
    this.#keep = keep;
    this.facts = { ...noFacts(), restricted: kept.snapshot.restricted };
    this.whole = kept.snapshot.container?.drift?.kind === 'image';
  }

  async plan(project: Project, { observed, ...found }: Observation): Promise<Round> {
    const { snapshot } = this.#kept;
    const { container: copy } = snapshot;
    const there = new Set(observed.serviceContainers.map(({ service }) => service));
    this.absent = observed.services.flatMap(({ name }) => (there.has(name) ? [] : [name]));
    const data = await findDataVolumes(this.#engine, this.#place, found.services);
    refuseMissing(snapshot, data);
    const drift =
      copy?.drift && (await requireImage(this.#engine.images, copy.drift.image, 'The workspace is as it was.'));
    const version = copy && (await findSource(this.#engine.images, project, copy, nameHeldVersion(this.#kept.image)));
    await this.#confirm();
    const image = { ...observed.image, ...(version && { current: version.version, here: version.here }) };
    const plan = planRestore({ ...observed, image }, readServices(found.services), {
      snapshot: snapshot.number,
      volumes: snapshot.volumes.map((one) => ({ name: nameVolume(one), named: one.kind === 'named' })),
      fileSystem: copy && (this.whole ? 'image' : drift === undefined ? 'version' : 'layer'),
      keep: this.#keep && this.before === undefined,
    });
    if (this.whole) delete this.facts.personal;
    const source: Source | undefined = version && { ...version, ...(this.whole && drift && { reference: drift.id }) };
    if (plan.operations.some(isImage)) return { plan, source };
    const intent = describeIntent({
      ...{ engine: this.#engine.address, place: this.#place, kept: this.#kept, data, source },
      image: source?.reference ?? (await findTools(this.#engine.images, project, found)),
      ...{ containers: found.containers, operations: plan.operations },
    });
    this.#own = restoreActs(this.#context, this.#place.folder, intent);
    return { plan, source, filling: this.#fill(drift, intent.replacement?.waiting) };
  }

  acts(project: Project, site: Site): Acts {
    const { workspace } = this.#place;
    const { failpoints } = this.#context;
    const { intent, ...own } = this.#own?.acts ?? {};
    const message = `before snapshot ${String(this.#kept.snapshot.number)} was restored`;
    return {
      ...own,
      intent: async (operation, signal) => {
        this.#held.check();
        const undo = await intent?.(operation, signal);
        this.#effective ||= operation.phase === 'exchange';
        return undo;
      },
      snapshot: async ({ of }) => {
        const options = { workspace, message, cause: 'restore', of } as const;
        this.before = await saveBefore(this.#context, this.#held, project, options);
      },
      stop: async (operation, signal) => {
        const undo = await endActs(site).stop?.(operation, signal);
        await failpoints.reach('restore:stopped');
        return undo;
      },
      create: async (operation, signal) => {
        const undo = await containerActs(site).create?.(operation, signal);
        await failpoints.reach('restore:made');
        return undo;
      },
    };
  }

  /** Finishes a restore that was interrupted while it took effect, as the next command would; says so after a failure. */
  async finishInterrupted(): Promise<void> {
    if (!this.#effective) return;
    this.#context.progress.note(`Snapshot ${String(this.#kept.snapshot.number)} took effect before this failed.`);
    if (!this.#context.signal.aborted) return;
    const left = await snapshotIntent.read(this.#context, this.#place.folder);
    if (left?.kind === 'restore' && left.phase === 'exchange')
      await finishRestore(this.#context, this.#place.folder, left);
  }

  async #confirm(): Promise<void> {
    const { number, date, message } = this.#kept.snapshot;
    const what = `snapshot ${String(number)} (${date}${message === '' ? '' : `, ${message}`})`;
    const now = this.#keep ? 'Its present state is kept as a snapshot.' : 'Its present state is lost.';
    this.#confirmed ||= await this.#context.prompt.confirm(`Put the workspace back to ${what}? ${now}`, false);
    if (this.#confirmed) return;
    throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to restore the snapshot.', {
      state: 'The workspace is as it was.',
    });
  }

  #fill(drift: Image | undefined, name: string | undefined): Filling {
    const filling = fillLayer(this.#context, this.#engine, drift, this.#kept.transaction, () => (this.whole = true));
    return {
      ...{ ...filling, ...(name !== undefined && { name }) },
      end: async () => {
        await this.#own?.close();
        await filling.end();
      },
    };
  }
}
