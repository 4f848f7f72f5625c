import type { Dotfiles, Personal } from '../model/environment.ts';
import { checkRepeats } from './check.ts';
import { hints, validate } from './generated/validate-personal.js';
import type { Finding } from './problem.ts';
import { readDocument, type Keys } from './read-document.ts';
import { withoutExtensions } from './without-extensions.ts';

/** personal.yaml as the schema lets it through. */
interface Written {
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly dotfiles?: { readonly source: string; readonly install?: string };
}

/**
 * Reads personal.yaml. Throws one CONFIG_INVALID that holds everything that is
 * wrong with it, as parseConfig does. `file` is the name to show, `home` the
 * person's home folder.
 */
export function parsePersonal(text: string, file: string, home: string): Personal {
  const value = readDocument(text, file, {
    expected: 'some of the keys packages, env and dotfiles',
    hints,
    findSchemaErrors: (keys) => (validate(keys) ? [] : (validate.errors ?? [])),
    check,
  });
  const { packages, env, dotfiles } = value as Written;
  return {
    packages: withoutExtensions(packages),
    env: withoutExtensions(env),
    ...(dotfiles !== undefined && { dotfiles: normalise(dotfiles, home) }),
  };
}

function check({ packages }: Keys): Finding[] {
  if (typeof packages !== 'object' || packages === null || Array.isArray(packages)) return [];
  return Object.entries(packages).flatMap(([name, list]) => checkRepeats(list, ['packages', name]));
}

function normalise({ source, install }: NonNullable<Written['dotfiles']>, home: string): Dotfiles {
  const rest = install === undefined ? {} : { install };
  if (!/^~?\//.test(source)) return { kind: 'git', source, ...rest };
  return { kind: 'folder', source: source.replace(/^~/, home), ...rest };
}
