import { expandEnvValue } from '../environment/env-references.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';

type Variables = Readonly<Record<string, string>>;

/**
 * Replaces the references in `env`. `inherited`: `NAME=value` of the image and
 * of devenv itself; `host`: variables of the person that were agreed to. Throws
 * CONFIG_INVALID for a name that is not inherited.
 */
export function expandEnv(env: Variables, inherited: readonly string[], host: Variables = {}): Variables {
  const known = new Map(inherited.map((entry) => entry.split(/=(.*)/s, 2) as [string, string]));
  const expand = (key: string, value: string): string =>
    expandEnvValue(value, known, host, (name) => {
      const nearest = findNearest(name, [...known.keys()]);
      return new DevenvError('CONFIG_INVALID', `\`env\` refers to \${${name}}, and the image has no such variable.`, {
        at: `devenv.yaml: env.${key}`,
        hint: `${nearest === undefined ? '' : `Did you mean \${${nearest}}? `}Give it a default with \${${name}:-…}, or write $$ for a dollar sign.`,
        data: { name },
      });
    });
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, expand(key, value)]));
}
