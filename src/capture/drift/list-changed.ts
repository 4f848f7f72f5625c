import type { Container } from '../../model/container.ts';
import type { Changes, Listing } from '../../ports/changes.ts';
import type { Engine } from '../../ports/engine.ts';
import { findCapture, type Capture } from '../../observe/find-capture.ts';
import { leavingOut } from '../../observe/leaving-out.ts';
import type { Project } from '../../observe/project.ts';
import { readPersonalPaths } from '../../containers/personal/read-personal-paths.ts';

export interface Changed {
  /** The version that was captured from it as last; absent where it stands at what it was made from. */
  readonly capture: Capture | undefined;
  /** Id of the image of what it stands at. */
  readonly image: string;
  /** Exactly what differs from that; absent where the engine alone can be asked. */
  readonly found: Listing | undefined;
  /** True for paths that no version of this project keeps. */
  readonly noise: (path: string) => boolean;
  /** The same, of paths with one character per byte. */
  readonly leaveOut: (path: string) => boolean;
}

/** What a workspace has that the version it stands at has not, as `drift`, `status` and `verify` count it. */
export async function listChanged(
  engine: Engine,
  changes: Changes,
  project: Project,
  container: Container,
): Promise<Changed> {
  const personal = await readPersonalPaths(engine, project.folder, container);
  const capture = await findCapture(engine, project, container);
  const image = capture?.image.id ?? container.image;
  const found = await changes.list(container.id, { image, ...(capture && { since: capture.time }) });
  const leaveOut = remember(leavingOut(project, personal));
  const noise = (path: string): boolean =>
    leaveOut(/[^\0-\x7f]/.test(path) ? Buffer.from(path).toString('latin1') : path);
  return { capture, image, found, noise, leaveOut };
}

/** Each path is asked for several times. Of so many the answer is kept. */
function remember(test: (path: string) => boolean, most = 20_000): (path: string) => boolean {
  const known = new Map<string, boolean>();
  return (path) => {
    const answer = known.get(path) ?? test(path);
    if (known.size < most) known.set(path, answer);
    return answer;
  };
}
