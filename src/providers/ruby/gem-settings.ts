import { DevenvError } from '../../errors/devenv-error.ts';
import type { Settings } from '../provider.ts';
import { withoutLogin } from '../without-login.ts';

/** The sources of this machine's .gemrc, as words. Logins stay on this machine. */
export const gemSettings: Settings = {
  files: ['$GEMRC', '~/.gemrc', '/etc/gemrc'],
  resolve: (_variables, texts) => {
    const notes = new Set<string>();
    const found = texts.map(readSources).find((sources) => sources.length > 0) ?? [];
    const sources = found.map((address) => validateAddress(withoutLogin(address, notes)));
    return {
      env: sources.length === 0 ? {} : { DEVENV_GEM_SOURCES: sources.join(' ') },
      notes: [...notes],
      secrets: [],
    };
  },
};

/** The list below `:sources:`. */
function readSources(text: string): readonly string[] {
  const [, list = ''] = /^:?sources:[ \t]*((?:\r?\n[ \t]*-[^\n]*)+)/m.exec(text) ?? [];
  return [...list.matchAll(/^[ \t]*-[ \t]*["']?([^\s"']+)/gm)].map(([, address = '']) => address);
}

function validateAddress(address: string): string {
  if (/^https?:\/\/[A-Za-z0-9.[\]:_-]+(?:\/\S*)?$/.test(address)) return address;
  throw new DevenvError('USAGE', 'A source of Ruby gems of this machine is not an http or https address.', {
    hint: 'Correct :sources: in ~/.gemrc.',
  });
}
