import type { Dotfiles, Personal } from '../model/environment.ts';
import { checkPackages } from './checks/check.ts';
import { hints, validate } from './generated/validate-personal.js';
import { atValue, type UnplacedProblem } from './problem.ts';
import { readDocument } from './read-document.ts';
import { asMap } from '../model/json.ts';
import { asList, withoutExtensions } from './shapes.ts';

/** personal.yaml as the schema allows it. */
interface Written {
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly proxy?: boolean;
  readonly dotfiles?: { readonly source: string; readonly install?: string };
}

/**
 * Parses personal.yaml. Throws one CONFIG_INVALID with all problems, like
 * parseConfig. `file` is the name to show, `home` the person's home folder.
 */
export function parsePersonal(text: string, file: string, home: string): Personal {
  const value = readDocument(text, file, {
    expected: 'some of the keys packages, env, proxy and dotfiles',
    hints,
    findSchemaErrors: (keys) => (validate(keys) ? [] : (validate.errors ?? [])),
    check: (keys) => [...checkPackages(keys['packages'], ['packages']), ...refuseFiles(keys['packages'])],
  });
  const { packages, env, proxy, dotfiles } = value as Written;
  return {
    packages: withoutExtensions(packages),
    env: withoutExtensions(env),
    ...(proxy === true && { proxy }),
    ...(dotfiles !== undefined && { dotfiles: normalise(dotfiles, home) }),
  };
}

/** A requirement file is one of a project. */
const refuseFiles = (packages: unknown): UnplacedProblem[] =>
  asList(asMap(packages)['pip']).flatMap((entry, index) =>
    typeof entry === 'string' && entry.startsWith('-r ')
      ? [atValue(['packages', 'pip', index], 'a requirement file belongs in devenv.yaml')]
      : [],
  );

function normalise({ source, install }: NonNullable<Written['dotfiles']>, home: string): Dotfiles {
  const rest = install === undefined ? {} : { install };
  if (!/^~?\//.test(source)) return { kind: 'git', source, ...rest };
  return { kind: 'folder', source: source.replace(/^~/, home), ...rest };
}
