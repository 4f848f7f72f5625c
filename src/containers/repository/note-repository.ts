import { dirname, join, relative, resolve } from 'node:path';
import type { Context } from '../../ports/context.ts';

type Ports = Pick<Context, 'files' | 'progress' | 'variables'>;

const limit = 64 * 1024;

/**
 * Notes why git does not work in the workspace, which has nothing of this
 * machine but the project folder: the repository begins above it, or borrows
 * objects of another one. The home folder is no repository of a project.
 */
export async function noteRepository({ files, progress, variables }: Ports, folder: string): Promise<void> {
  const objects = join(folder, '.git/objects');
  if ((await files.kindOf(join(folder, '.git'))) !== undefined) {
    const text = await files.readText(join(objects, 'info/alternates'), limit, folder).catch(() => undefined);
    const lines = (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const borrowed = lines.find((line) => /^\.\.(\/|$)/.test(relative(folder, resolve(objects, line))));
    if (borrowed === undefined) return;
    progress.note(
      `The git repository of this project borrows objects of ${borrowed}, which is not in the workspace: git fails there. To copy them, run \`git repack -a -d && rm .git/objects/info/alternates\` on this machine.`,
    );
    return;
  }
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    if ((await files.kindOf(join(above, '.git'))) === undefined) continue;
    if (above === variables['HOME']) return;
    progress.note(
      `The git repository of this project begins at ${above}, above devenv.yaml: git finds none in the workspace. Use git on this machine, or move devenv.yaml to ${above}.`,
    );
    return;
  }
}
