import { basename, join } from 'node:path';
import { fillTemplate, nameProject } from '../environment/edit/template.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';

export interface InitOptions {
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
