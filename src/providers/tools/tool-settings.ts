import { DevenvError } from '../../errors/devenv-error.ts';
import type { Settings } from '../provider.ts';

/** Settings of mise, and of rustup, which it runs. Those with passwords are not among them. */
const taken = [
  ...['MISE_URL_REPLACEMENTS', 'MISE_USE_VERSIONS_HOST', 'MISE_HTTP_TIMEOUT', 'MISE_MINIMUM_RELEASE_AGE'],
  ...['MISE_GO_DOWNLOAD_MIRROR', 'MISE_GO_REPO', 'MISE_RUBY_PRECOMPILED_URL', 'MISE_RUBY_BUILD_REPO'],
  'MISE_JAVA_SHORTHAND_VENDOR',
  ...['MISE_PYTHON_GITHUB_ATTESTATIONS', 'MISE_RUBY_GITHUB_ATTESTATIONS', 'MISE_GITHUB_ATTESTATIONS'],
  ...['RUSTUP_DIST_SERVER', 'RUSTUP_UPDATE_ROOT'],
];

/** The mirrors of this machine: mise's variables, then `[settings.url_replacements]` of its configuration. */
export const toolSettings: Settings = {
  files: ['$MISE_CONFIG_DIR/config.toml', '~/.config/mise/config.toml', '/etc/mise/config.toml'],
  resolve: (variables, texts) => {
    const written = texts.map(readReplacements).find((found) => found !== undefined);
    const env = Object.fromEntries(
      taken.map((name) => [name, variables[name] ?? (name === 'MISE_URL_REPLACEMENTS' ? (written ?? '') : '')]),
    );
    for (const [name, value] of Object.entries(env)) {
      if (!/:\/\/[^/@"\s]*@/.test(value)) continue;
      throw new DevenvError('USAGE', `${name} of this machine has a login, which no build gets.`, {
        hint: 'Name a mirror that needs no login.',
      });
    }
    return { env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')), notes: [], secrets: [] };
  },
};

/** As MISE_URL_REPLACEMENTS has them: a JSON object. */
function readReplacements(text: string): string | undefined {
  const [, table = ''] = /^\[settings\.url_replacements\][^\n]*\n((?:(?!\[)[^\n]*(?:\n|$))*)/m.exec(text) ?? [];
  const rows = [...table.matchAll(/^\s*("(?:[^"\\\n]|\\.)*")\s*=\s*("(?:[^"\\\n]|\\.)*")/gm)];
  return rows.length === 0 ? undefined : `{${rows.map(([, from = '', to = '']) => `${from}:${to}`).join(',')}}`;
}
