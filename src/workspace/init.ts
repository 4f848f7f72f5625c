import { basename, join } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { editConfig } from '../environment/edit/edit.ts';

interface InitOptions {
  /** Text of the template, with its comments. */
  readonly template: string;
  /** Image to build on. Default: assembled from the Debian mirror, without a registry. */
  readonly base?: string;
}

/** Writes a devenv.yaml into the folder and returns its path. Never overwrites one. */
export async function init(
  context: Context,
  options: InitOptions,
): Promise<{ readonly path: string; readonly name: string }> {
  const path = join(context.folder, 'devenv.yaml');
  if ((await context.files.kindOf(path)) !== undefined) {
    throw new DevenvError('CONFIG_EXISTS', `${path} exists already.`, { state: 'It was not touched.' });
  }
  const name = nameProject(basename(context.folder));
  const text = fillTemplate(options.template, name, options.base ?? { bootstrap: 'bookworm' });
  await context.files.writeAtomic(path, text);
  return { path, name };
}

/** Fills the template of a new devenv.yaml and keeps its comments. `name`: a valid one, see `nameProject`. */
export function fillTemplate(template: string, name: string, base: string | { readonly bootstrap: string }): string {
  const edited = editConfig(template, [
    { kind: 'set', path: ['name'], value: name },
    { kind: 'set', path: ['base'], value: base },
  ]);
  return edited.replaceAll('team/my-project', `team/${name}`);
}

/** A valid project name from the name of a folder. */
export function nameProject(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 63)
    .replace(/-$/, '');
  return name === '' ? 'project' : name;
}
