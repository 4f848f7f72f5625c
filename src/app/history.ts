import type { Lock } from '../model/version.ts';
import type { Context } from './context.ts';
import { readProject } from './project.ts';

/** The project's versions, as the lock records them; absent before the first build. */
export async function history(context: Context): Promise<Lock | undefined> {
  return (await readProject(context)).lock;
}
