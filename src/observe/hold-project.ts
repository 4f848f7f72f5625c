import { findProject } from '../environment/find.ts';
import type { Context } from '../ports/context.ts';
import type { Held } from '../ports/project-lock.ts';
import type { FeatureReading } from './features/complete-features.ts';
import { readProject, type Project } from './project.ts';

/** Holds the project's lock while `work` runs, and reads the project under it. `command`: shown to those who wait. `features`: as in `readProject`. */
export async function holdProject<T>(
  context: Context,
  command: string,
  work: (project: Project, held: Held) => Promise<T>,
  features?: FeatureReading,
): Promise<T> {
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, command, async (held) =>
    work(await readProject(context, features), held),
  );
}
