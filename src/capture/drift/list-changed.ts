import type { BytePath } from '../../model/byte-path.ts';
import type { Container } from '../../model/container.ts';
import type { CaptureRequest } from '../../ports/capture.ts';
import type { Changes, Listing } from '../../ports/changes.ts';
import type { Containers } from '../../ports/engine.ts';
import { leavingOut } from '../../observe/leaving-out.ts';
import type { Project } from '../../observe/project.ts';
import { observeStanding, type ContainerStanding } from '../../observe/standing.ts';
import { readPersonalPaths } from '../../containers/personal/read-personal-paths.ts';

/** The changes of a container against the version it stands at. */
export interface ChangeListing {
  readonly standing: ContainerStanding;
  /** The exact changes; absent if the engine's storage cannot be read. */
  readonly found: Listing | undefined;
  /** True for paths that no version of this project keeps. */
  readonly leaveOut: CaptureRequest['leaveOut'];
}

/** What is known of a container before its changes are listed. */
export interface KnownContainer {
  readonly standing: ContainerStanding;
  readonly personal: ReadonlySet<BytePath>;
}

/** Lists the changes of a workspace as `drift`, `status` and `verify` count them. */
export async function listChanged(
  engine: Containers,
  changes: Changes,
  project: Project,
  container: Container,
  known?: KnownContainer,
): Promise<ChangeListing> {
  const personal = known?.personal ?? (await readPersonalPaths(engine, project.folder, container));
  const standing = known?.standing ?? (await observeStanding(engine.images, project, container));
  const found = await changes.list(container.id, standing);
  const leaveOut = remember(leavingOut(project, personal));
  return { standing, found, leaveOut };
}

/** Caches the answers for the first paths: each is asked for several times. Not those about folders, which are few. */
function remember(test: CaptureRequest['leaveOut'], most = 20_000): CaptureRequest['leaveOut'] {
  const known = new Map<BytePath, boolean>();
  return (path, isFolder) => {
    if (isFolder === true) return test(path, isFolder);
    const answer = known.get(path) ?? test(path);
    if (known.size < most) known.set(path, answer);
    return answer;
  };
}
