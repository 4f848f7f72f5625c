import type { Context } from '../../src/ports/context.ts';
import { readProject } from '../../src/observe/project.ts';

/** What `devenv example` does, with everything of the world that it needs in `context`. */
export async function example(context: Context): Promise<{ readonly folder: string }> {
  const { folder } = await readProject(context);
  return { folder };
}
