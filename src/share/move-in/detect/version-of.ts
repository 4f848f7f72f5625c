import { readToolFile } from '../../../providers/tools/read-tool-file.ts';
import { set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';

const shared = ['.tool-versions', 'mise.toml'];

/** The version of a tool by the first of these files, or those of version managers, that names one. */
export function versionOf(files: ProjectFiles, tool: string, ...own: readonly string[]): Entry | undefined {
  for (const path of [...own, ...shared]) {
    const text = files.text(path);
    if (text !== undefined && readToolFile(tool, path, text) !== undefined)
      return set(path, `tools.${tool}`, { from: path });
  }
  return undefined;
}

/** Entries for hooks that install what a project depends on: in a new workspace, and when one of `watch` changes. */
export const installHooks = (from: string, name: string, command: string, watch: readonly string[]): Entry[] => [
  set(from, `hooks.create.${name}`, command),
  ...(watch.length === 0 ? [] : [set(from, `hooks.update.${name}`, command)]),
  ...watch.map((file): Entry => ({ path: ['hooks', 'watch'], value: file, item: true, from })),
];
