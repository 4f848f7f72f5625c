import { DevenvError } from '../errors/devenv-error.ts';
import { printVariables, parseVariables } from '../model/shell/variables.ts';

/** Characters of a value: a kernel takes no longer one, and a stranger's could double again and again. */
const longest = 128 * 1024;

/** Adds variables to those of an image, `NAME=value`. `$NAME`, `${NAME}` and `${containerEnv:NAME}` refer to what is there before. Throws FEATURE_INVALID for a value that is too long. */
export function extendEnv(env: readonly string[], added: Readonly<Record<string, string>>): readonly string[] {
  const known = parseVariables(env);
  const before = new Map(known);
  for (const [name, value] of Object.entries(added)) {
    let length = value.length;
    const expanded = value.replace(
      /\$(?:\{(?:containerEnv:)?(\w+)(?::-([^}]*))?\}|(\w+))/g,
      (_, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) => {
        const found = before.get(braced ?? bare ?? '') ?? otherwise ?? '';
        length += found.length;
        if (length > longest)
          throw new DevenvError('FEATURE_INVALID', `The variable ${name} of a Feature is too long.`);
        return found;
      },
    );
    known.set(name, expanded);
  }
  return printVariables(known);
}
