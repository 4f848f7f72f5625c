import { authorizeNpm, findNpmLogin, parseNpmrc } from '../../model/network/parse-npmrc.ts';
import { DevenvError } from '../../errors/devenv-error.ts';

const standard = 'https://registry.npmjs.org';

interface NpmRegistry {
  /** Without a slash at the end. */
  readonly registry: string;
  /** The value of a header, for the registry alone. */
  readonly authorization: string | undefined;
}

/** The person's npm registry and their login there: $npm_config_registry, else ~/.npmrc, else the public one. */
export function resolveNpmRegistry(env: Readonly<Record<string, string | undefined>>, npmrc: string): NpmRegistry {
  const keys = parseNpmrc(npmrc, env);
  const address = env['npm_config_registry'] || env['NPM_CONFIG_REGISTRY'] || keys.get('registry') || standard;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DevenvError('USAGE', `The npm registry ${JSON.stringify(address)} is not an http or https address.`, {
      hint: 'Correct `registry` in ~/.npmrc, or npm_config_registry.',
    });
  }
  // Errors would show a login in the address.
  url.username = '';
  url.password = '';
  const registry = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  return { registry, authorization: authorizeNpm(findNpmLogin(keys, registry)) };
}
