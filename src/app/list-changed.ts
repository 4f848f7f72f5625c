import { compileExcludes } from '../config/compile-excludes.ts';
import { isNoise } from '../drift/is-noise.ts';
import { isOwn } from '../drift/personal-paths.ts';
import type { Container, PathChange } from '../model/container.ts';
import type { Changes } from '../ports/changes.ts';
import type { Engine } from '../ports/engine.ts';
import { findCapture, type Capture } from './find-capture.ts';
import type { Project } from './project.ts';
import { readPersonalPaths } from './read-personal-paths.ts';

export interface Changed {
  /** The version that was captured from it as last; absent where it stands at what it was made from. */
  readonly capture: Capture | undefined;
  /** Id of the image of what it stands at. */
  readonly image: string;
  /** Exactly what differs from that; absent where the engine alone can be asked. */
  readonly found: Iterable<PathChange> | undefined;
  /** True for paths that no version of this project keeps. */
  readonly noise: (path: string) => boolean;
}

/** What a workspace has that the version it stands at has not, as `drift`, `status` and `verify` count it. */
export async function listChanged(
  engine: Engine,
  changes: Changes,
  project: Project,
  container: Container,
): Promise<Changed> {
  const excluded = compileExcludes(project.environment.commit.exclude);
  const personal = await readPersonalPaths(engine, project.folder, container);
  const capture = await findCapture(engine, project, container);
  const image = capture?.image.id ?? container.image;
  const found = await changes.list(container.id, { image, ...(capture && { since: capture.time }) });
  const noise = remember((path) => {
    // Globs are compared with one character per byte.
    const bytes = /[^\0-\x7f]/.test(path) ? Buffer.from(path).toString('latin1') : path;
    return isNoise(path) || excluded(bytes) || isOwn(personal, bytes);
  });
  return { capture, image, found, noise };
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
