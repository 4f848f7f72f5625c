import { DevenvError } from '../../errors/devenv-error.ts';

const standard = 'https://registry.npmjs.org';

/** The person's npm registry, without a slash at the end: $npm_config_registry, else ~/.npmrc, else the public one. */
export function resolveNpmRegistry(env: Readonly<Record<string, string | undefined>>, npmrc: string): string {
  const line = /^[ \t]*registry[ \t]*=[ \t]*"?([^\s"]+)"?[ \t]*$/m.exec(npmrc)?.[1];
  const address = env['npm_config_registry'] || env['NPM_CONFIG_REGISTRY'] || line || standard;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DevenvError('USAGE', `The npm registry ${JSON.stringify(address)} is not an http or https address.`, {
      hint: 'Correct `registry` in ~/.npmrc, or npm_config_registry.',
    });
  }
  // fetch refuses a login in the address, and errors would show it.
  url.username = '';
  url.password = '';
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
