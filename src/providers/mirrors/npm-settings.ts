import { DevenvError } from '../../errors/devenv-error.ts';
import { isOwnAddress } from '../../model/network/is-own-address.ts';
import { findNpmLogin, parseNpmrc } from '../../model/network/parse-npmrc.ts';
import { MirrorLogins } from './mirror-logins.ts';
import type { Settings } from '../provider.ts';

const publicRegistry = 'https://registry.npmjs.org/';

/** The registries of this machine's npm, also those of scopes, and the logins for them if builds may have them. */
export const npmSettings: Settings = {
  files: ['$NPM_CONFIG_USERCONFIG', '~/.npmrc'],
  resolve: (variables, [text = ''], mayLogIn = false) => {
    const keys = parseNpmrc(text, variables);
    const logins = new MirrorLogins('npm', mayLogIn);
    const registry = variables['npm_config_registry'] || variables['NPM_CONFIG_REGISTRY'] || keys.get('registry');
    const registries = [
      ...(registry === undefined ? [] : [['registry', registry] as const]),
      ...[...keys].filter(([key]) => /^@[a-z0-9~][a-z0-9._~-]*:registry$/i.test(key)),
    ].filter(([, address]) => !isOwnAddress(validate(address).hostname));
    const env = registries.map(([key, address]) => [`npm_config_${key}`, logins.take(address)] as const);
    for (const address of new Set([...registries.map(([, each]) => each), publicRegistry])) {
      const login = findNpmLogin(keys, address);
      const { host } = new URL(address);
      if (login.size === 0 || !logins.allow(host, [...login.values()])) continue;
      env.push(...[...login].map(([key, value]) => [`npm_config_${key}`, value] as const));
    }
    return { env: Object.fromEntries(env), notes: [...logins.notes], secrets: [...logins.secrets] };
  },
};

function validate(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new DevenvError('USAGE', 'An npm registry of this machine is not an http or https address.', {
    hint: 'Correct `registry` in ~/.npmrc, or npm_config_registry.',
  });
}
