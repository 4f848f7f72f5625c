import { inRounds, learnPorts, type Round } from '../../containers/in-rounds.ts';
import { noFacts } from '../../containers/observe.ts';
import { containerActs } from '../../containers/acts/container-acts.ts';
import { recordSettled } from '../../containers/acts/settle-acts.ts';
import type { Site } from '../../containers/acts/site.ts';
import type { WorkspaceRecord } from '../../containers/workspace-record.ts';
import type { ContainerCopy } from '../../model/snapshot.ts';
import type { Restrictions } from '../../model/workspace.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import type { Place } from '../../observe/place.ts';
import type { Project } from '../../observe/project.ts';
import { planCopy } from '../../plan/plan-up.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Held } from '../../ports/project-lock.ts';
import { fillLayer } from '../fill-layer.ts';
import { findSource } from '../restore-source.ts';
import { nameHeldVersion } from '../snapshots.ts';

interface Making {
  readonly place: Place;
  readonly agreed: Site['agreed'];
  readonly copy: ContainerCopy;
  /** Settles once the volumes have their data. Until then no container that mounts one is created. */
  readonly filled?: Promise<void>;
  /** Name of the copy's image, as `imageName`. */
  readonly image: string;
  readonly transaction: string;
  readonly restricted?: Restrictions | undefined;
  /** The owners, and the user, of the container that was copied, if they hold for the copy. Default: they are settled. */
  readonly settled?: Omit<WorkspaceRecord, 'container' | 'hooks'> | undefined;
  /** The project folder is new, so the hooks of new workspaces run. In a shared one they could change what another workspace uses. */
  readonly fresh: boolean;
}

/**
 * Makes a new workspace from a copy and starts it with its services. False if the storage shows no layers, so that drift
 * cannot list what the copy has beyond its version. Throws SERVICE_FAILED and
 * HOOK_FAILED once the workspace exists; after any other failure it has no
 * container.
 */
export async function makeWorkspace(
  context: Context,
  held: Held,
  engine: Engine,
  project: Project,
  { place, agreed, copy, filled, image: name, transaction, restricted, settled, fresh }: Making,
): Promise<boolean> {
  const { start, attach } = project.environment.hooks;
  const hooks = { ...(start && { start }), ...(attach && { attach }) };
  const given = fresh ? project : { ...project, environment: { ...project.environment, hooks } };
  const facts = { ...noFacts(), restricted };
  let whole = copy.drift?.kind === 'image';
  await inRounds(context, held, engine, given, place, {
    ...{ facts, agreed },
    acts: (site) => ({
      // An engine fills a volume that is empty when a container is created with it.
      create: async (operation, signal) => {
        if (mountsVolume(project, operation.service)) await filled;
        return containerActs(site).create?.(operation, signal);
      },
      ...(settled !== undefined && { owners: () => recordSettled(site, site.containers.get('') ?? '', settled) }),
    }),
    learn: (failure) => (failure.operation.kind === 'fill' && whole) || learnPorts(facts, false)(failure),
    plan: async (now, { observed }): Promise<Round> => {
      const state = 'There is no new workspace.';
      const drift = copy.drift && (await requireImage(engine.images, copy.drift.image, state));
      const source = await findSource(engine.images, now, copy, nameHeldVersion(name));
      if (whole) delete facts.personal;
      const image = { ...observed.image, current: source.version, here: source.here };
      return {
        plan: planCopy({ ...observed, image }, drift !== undefined && !whole),
        source: whole && drift !== undefined ? { ...source, reference: drift.id } : source,
        filling: fillLayer(context, engine, drift, transaction, () => (whole = true)),
      };
    },
  });
  return !whole;
}

function mountsVolume({ environment }: Project, service: string | undefined): boolean {
  const owner = service === undefined ? environment : environment.services.find(({ name }) => name === service);
  return owner?.volumes.some(({ kind }) => kind === 'volume') ?? true;
}
