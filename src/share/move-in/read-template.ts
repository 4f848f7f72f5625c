import { join, posix } from 'node:path';
import { readEnvironment } from '../../environment/read-environment.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { findNearest } from '../../errors/find-nearest.ts';
import type { Environment } from '../../model/environment.ts';
import type { Context } from '../../ports/context.ts';
import { hashedPaths } from '../../providers/registry.ts';

/** A devenv.yaml and the files of the template that it names. */
export interface Template {
  /** Whether devenv itself brings it. */
  readonly own: boolean;
  readonly yaml: string;
  /** Path in the project → text. */
  readonly files: ReadonlyMap<string, string>;
}

/** The files of the templates of devenv: `node/devenv.yaml` → text. */
export type Templates = ReadonlyMap<string, string>;

type Read = (path: string, limit: number) => Promise<string | undefined>;

/** Bytes of a file; files of a template. */
const [largest, mostFiles] = [256 * 1024, 50];

/** Names of the templates of devenv, each with its line for people. */
export const listTemplates = (templates: Templates): readonly { readonly name: string; readonly summary: string }[] =>
  [...templates].flatMap(([path, text]) => {
    const name = /^([^/]+)\/devenv\.yaml$/.exec(path)?.[1];
    return name === undefined ? [] : [{ name, summary: /^# (?!yaml-language-server)(.*)$/m.exec(text)?.[1] ?? '' }];
  });

/**
 * Reads a template: one of devenv by name, a folder, or the address of a git
 * repository. It may come from anybody: only devenv.yaml and the files that it
 * names are taken, as text. Throws TEMPLATE_UNREADABLE, CONFIG_INVALID.
 */
export async function readTemplate(context: Context, templates: Templates, wish: string): Promise<Template> {
  const { files, git } = context;
  const readFrom =
    (folder: string): Read =>
    (path, limit) =>
      files.readText(join(folder, path), limit, folder);
  const known = listTemplates(templates).map(({ name }) => name);
  if (known.includes(wish)) return collect(wish, async (path) => templates.get(posix.join(wish, path)), true);
  if (/^(?:\w+:\/\/|[\w.-]+@|\w+::)/.test(wish)) {
    return git.readRemote(context.folder, wish, (read) => collect(wish, read, false));
  }
  // Relative to where the command was given.
  const folder = join(wish.startsWith('/') ? '/' : context.folder, wish);
  if ((await files.kindOf(folder)) === 'folder') return collect(wish, readFrom(folder), false);
  const nearest = findNearest(wish, known);
  throw new DevenvError('TEMPLATE_UNREADABLE', `There is no template ${wish}, and no such folder.`, {
    ...(nearest !== undefined && { hint: `Did you mean ${nearest}? List all of them with \`devenv init --list\`.` }),
    state: 'Nothing was written.',
  });
}

async function collect(wish: string, read: Read, own: boolean): Promise<Template> {
  const yaml = await read('devenv.yaml', largest);
  if (yaml === undefined)
    throw new DevenvError('TEMPLATE_UNREADABLE', `The template ${wish} has no devenv.yaml that can be read.`, {
      state: 'Nothing was written.',
    });
  const taken = new Map<string, string>();
  const readText = async (path: string, limit: number): Promise<string | undefined> => {
    const inside = path.replace(/^\/template\//, '');
    // What git runs is no file of a project.
    const isGit = inside.split('/').some((part) => /^\.git$/i.test(part));
    const text = isGit ? undefined : await read(inside, Math.min(limit, largest));
    if (text === undefined) return undefined;
    taken.set(inside, text);
    if (taken.size > mostFiles)
      throw new DevenvError('TEMPLATE_UNREADABLE', `The template ${wish} has more than ${String(mostFiles)} files.`, {
        state: 'Nothing was written.',
      });
    return text;
  };
  const environment = await readEnvironment({ readText }, '/template', yaml, {});
  for (const path of listNamed(environment)) await readText(path, largest);
  return { own, yaml, files: taken };
}

/** Files that an environment names and that its reader does not read. */
function listNamed(environment: Environment): readonly string[] {
  const builds = environment.services.flatMap(({ source }) => (source.kind === 'build' ? [source.build.base] : []));
  const dockerfiles = [environment.base, ...builds].flatMap((base) =>
    base.kind === 'dockerfile'
      ? [base.dockerfile, `${base.dockerfile}.dockerignore`, posix.join(base.context, '.dockerignore')]
      : [],
  );
  return [...new Set([...dockerfiles, ...hashedPaths(environment)])];
}
