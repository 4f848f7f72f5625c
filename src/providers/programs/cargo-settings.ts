import { DevenvError } from '../../errors/devenv-error.ts';
import type { Settings } from '../provider.ts';
import { withoutLogin } from '../mirrors/without-login.ts';

/** The registry that replaces crates.io in cargo's configuration of this machine: variables cannot say it. */
export const cargoSettings: Settings = {
  files: ['$CARGO_HOME/config.toml', '$CARGO_HOME/config', '~/.cargo/config.toml', '~/.cargo/config'],
  resolve: (_variables, texts) => {
    const notes = new Set<string>();
    const written = texts.map(readRegistry).find((found) => found !== undefined);
    if (written === undefined) return { env: {}, notes: [], secrets: [] };
    const [, sparse = '', address = ''] = /^(sparse\+)?(.*)$/.exec(written) ?? [];
    const registry = sparse + withoutLogin(address, notes);
    if (!/^(?:sparse\+)?(?:https?|file):\/\/[A-Za-z0-9._~:/[\]@%+-]*$/.test(registry)) {
      throw new DevenvError(
        'USAGE',
        'The registry that replaces crates.io on this machine is not an http or https address.',
        {
          hint: 'Correct [source] in ~/.cargo/config.toml.',
        },
      );
    }
    return { env: { DEVENV_CARGO_REGISTRY: registry }, notes: [...notes], secrets: [] };
  },
};

function readRegistry(text: string): string | undefined {
  const name = readKey(text, 'crates-io', 'replace-with');
  return name === undefined ? undefined : readKey(text, name, 'registry');
}

/** A text in `[source.NAME]`. */
function readKey(text: string, source: string, key: string): string | undefined {
  let own = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[([^\]]+)\]/.exec(line)?.[1];
    if (header !== undefined) own = header.replaceAll(/["'\s]/g, '') === `source.${source}`;
    const [, name, value] = /^\s*([a-z-]+)\s*=\s*["']([^"']*)["']/.exec(line) ?? [];
    if (own && name === key) return value;
  }
  return undefined;
}
