import type { Settings } from '../provider.ts';
import { requireHttp, withoutLogin } from '../mirrors/without-login.ts';

/** The sources of this machine's .gemrc, as words. Logins stay on this machine. */
export const gemSettings: Settings = {
  files: ['$GEMRC', '~/.gemrc', '/etc/gemrc'],
  resolve: (_variables, texts) => {
    const notes = new Set<string>();
    const found = texts.map(readSources).find((sources) => sources.length > 0) ?? [];
    const sources = found.map((address) =>
      requireHttp(withoutLogin(address, notes), 'A source of Ruby gems', 'Correct :sources: in ~/.gemrc.'),
    );
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
