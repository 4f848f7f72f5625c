import type { Container, ContainerState } from '../model/container.ts';
import type { Drift } from '../model/drift.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { UpHook } from '../model/workspace.ts';
import type { Version } from '../model/version.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import { findMovedFrom, listPlace } from '../observe/find-workspace.ts';
import { observeDrift } from '../capture/drift/observe-drift.ts';
import { planProject } from '../image/plan-project.ts';
import { readPersonalParts, type PersonalParts } from '../containers/personal/personal-label.ts';
import { ifSlow } from '../observe/if-slow.ts';
import { readProject, type Project } from '../observe/project.ts';
import { observeServiceStates, type ServiceState } from '../containers/services/service-states.ts';
import { listPorts, type OpenPort } from '../containers/network/observe-ports.ts';
import { isAtCurrent } from '../observe/standing.ts';
import { hashUpdate } from '../containers/hash-update.ts';
import { readRecord } from '../containers/workspace-record.ts';
import { decideSettling } from '../plan/plan-settling.ts';

export interface Status {
  readonly name: string;
  readonly folder: string;
  /** Absent before the first build. */
  readonly current?: Version;
  /** What devenv.yaml asks for beyond the current version. */
  readonly plan: ImagePlan;
  /** The folder that the project was moved from, if its workspace still belongs to that. */
  readonly before?: string;
  /** Absent if there is none. */
  readonly workspace?: {
    readonly container: string;
    readonly state: ContainerState;
    /** True if it stands at the current version. */
    readonly upToDate: boolean;
    /** Changed paths that no version has. */
    readonly unsaved: number;
    /** The same by cause without noise, with the names of the first few. */
    readonly drift: readonly { readonly title: string; readonly count: number; readonly names: readonly string[] }[];
    /** Hooks that did not run yet, or not to their end. The next `up` runs them. */
    readonly dueHooks: readonly UpHook[];
  };
  /** The person's own layer and variables: in no version, and not compared. */
  readonly personal?: PersonalParts;
  readonly services: readonly ServiceState[];
  /** On the engine's machine. */
  readonly ports: readonly OpenPort[];
}

/** Compares what is desired, recorded and observed of a project. Changes nothing. */
export async function status(context: Context, workspace: string): Promise<Status> {
  const project = await readProject(context);
  const { folder, environment, lock } = project;
  const engine = await context.engine();
  const { containers, services } = await listPlace(engine, { folder, workspace });
  const [container] = containers;
  const before = container === undefined ? await findMovedFrom(context.files, engine, folder, workspace) : undefined;
  const running = container?.state === 'running' ? container.id : undefined;
  const current = lock && currentVersion(lock);
  const personal = container && readPersonalParts(container);
  return {
    name: environment.name,
    folder,
    ...(current !== undefined && { current }),
    plan: planProject(project, { clean: false }),
    ...(before !== undefined && { before }),
    ...(container !== undefined && {
      workspace: {
        container: container.name,
        state: container.state,
        upToDate: await isAtCurrent(engine.images, project, container),
        ...summarise(await observeSlowly(context, engine, project, container)),
        dueHooks: await listDueHooks(context, project, workspace, container),
      },
    }),
    ...(personal !== undefined && { personal }),
    services: await observeServiceStates(engine.runtime, context.signal, environment.services, services, running),
    ports: listPorts([...containers.slice(0, 1), ...services]),
  };
}

async function listDueHooks(
  context: Context,
  project: Project,
  workspace: string,
  container: Container,
): Promise<readonly UpHook[]> {
  const { hooks } = project.environment;
  if (Object.keys(hooks).length === 0) return [];
  const record = await readRecord(context, project.folder, workspace, container.id);
  const observed = { hooks, update: await hashUpdate(context, project), containers: [{ container }] };
  return decideSettling({ ...observed, ...(record && { record: { ...record, owners: 'settled' } }) }, []).hooks.map(
    ({ moment }) => moment,
  );
}

async function observeSlowly(context: Context, engine: Engine, project: Project, container: Container): Promise<Drift> {
  const work = observeDrift(engine, await context.changes(), project, container);
  return (await ifSlow(context.progress, 'Comparing the workspace with its version', work)).drift;
}

function summarise({ paths, groups }: Drift): Pick<NonNullable<Status['workspace']>, 'unsaved' | 'drift'> {
  const own = groups.filter(({ cause }) => cause !== 'noise' && cause !== 'records');
  const drift = own.map(({ title, count, items }) => ({
    title,
    count,
    names: items.slice(0, 3).map(({ name }) => name),
  }));
  return { unsaved: paths, drift };
}
