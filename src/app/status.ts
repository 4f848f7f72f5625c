import type { ContainerState } from '../model/container.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import { currentVersion } from '../plan/version-items.ts';
import type { Context } from './context.ts';
import { listWorkspace } from './find-workspace.ts';
import { planProject } from './plan.ts';
import { readProject } from './project.ts';
import { resolveStanding } from './standing.ts';
import { listUnsaved } from './unsaved.ts';

export interface Status {
  readonly name: string;
  readonly folder: string;
  /** Absent before the first build. */
  readonly current?: Version;
  /** What devenv.yaml asks for beyond the current version. */
  readonly plan: ImagePlan;
  /** Absent where there is none. */
  readonly workspace?: {
    readonly container: string;
    readonly state: ContainerState;
    /** True where it stands at the current version. */
    readonly upToDate: boolean;
    /** Changed paths that no version has. */
    readonly unsaved: number;
  };
}

/** Where a project stands: desired, recorded, observed. Changes nothing. */
export async function status(context: Context, workspace: string): Promise<Status> {
  const project = await readProject(context);
  const { folder, environment, lock } = project;
  const engine = await context.engine();
  const [container] = await listWorkspace(engine, folder, workspace);
  const current = lock && currentVersion(lock);
  return {
    name: environment.name,
    folder,
    ...(current !== undefined && { current }),
    plan: planProject(project, { clean: false }),
    ...(container !== undefined && {
      workspace: {
        container: container.name,
        state: container.state,
        upToDate:
          current !== undefined &&
          (await resolveStanding(engine, environment.name, current, container)) === current.content,
        unsaved: (await listUnsaved(engine, project, container.id)).length,
      },
    }),
  };
}
