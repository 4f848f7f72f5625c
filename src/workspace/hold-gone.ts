import { hashItems } from '../lock/hash-json.ts';
import { parseConfig } from '../environment/parse.ts';
import { listOwn } from '../observe/find-workspace.ts';
import { holdProject } from '../observe/hold-project.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Held } from '../ports/project-lock.ts';

/**
 * As `holdProject`. If the project folder is gone and the engine has workspaces
 * of it, what their labels tell stands for its files.
 */
export async function holdGone<T>(
  context: Context,
  command: string,
  work: (project: Project, held: Held) => Promise<T>,
): Promise<T> {
  const gone = await readGone(context);
  if (gone === undefined) return holdProject(context, command, work);
  return (await context.projectLock()).hold(gone.folder, command, (held) => work(gone, held));
}

/** The project of a folder that is gone. Undefined if the folder is there, or the engine has no workspace of it. */
export async function readGone(context: Context): Promise<Project | undefined> {
  const { folder, files } = context;
  if ((await files.realPath(folder)) !== undefined) return undefined;
  const [container] = await listOwn(await context.engine(), [`${labels.folder}=${folder}`]);
  const name = container?.labels[labels.project];
  if (name === undefined) return undefined;
  const environment = parseConfig(
    `version: 1\nname: ${JSON.stringify(name)}\nbase: scratch\n`,
    'the labels of the workspace',
  );
  return { folder, environment, hashes: {}, desired: {}, shape: hashItems({}), lock: undefined, lockText: undefined };
}
