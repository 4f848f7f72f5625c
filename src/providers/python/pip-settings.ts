import { MirrorLogins } from '../mirrors/mirror-logins.ts';
import { requireHttp } from '../mirrors/without-login.ts';
import type { Settings } from '../provider.ts';

const hint = 'Correct index-url, extra-index-url or proxy in pip.conf, or the PIP_ variables.';

/** The index and pip's own proxy of this machine, in pip's order: variables, then files. */
export const pipSettings: Settings = {
  files: ['$PIP_CONFIG_FILE', '~/.config/pip/pip.conf', '~/.pip/pip.conf', '/etc/pip.conf'],
  resolve: (variables, texts, mayLogIn = false) => {
    const logins = new MirrorLogins('pip', mayLogIn);
    const read = (key: string): readonly string[] => {
      const variable = variables[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
      const found = [variable, ...texts.map((text) => readKey(text, key))].find((value) => (value ?? '') !== '');
      return (found ?? '').split(/\s+/).filter((word) => word !== '');
    };
    const readAddresses = (key: string): readonly string[] =>
      read(key).map((address) => logins.take(requireHttp(address, 'A Python package index or proxy', hint)));
    const env = {
      PIP_INDEX_URL: readAddresses('index-url')[0] ?? '',
      PIP_EXTRA_INDEX_URL: readAddresses('extra-index-url').join(' '),
      PIP_TRUSTED_HOST: read('trusted-host').join(' '),
      PIP_PROXY: readAddresses('proxy')[0] ?? '',
    };
    const set = Object.entries(env).filter(([, value]) => value !== '');
    return { env: Object.fromEntries(set), notes: [...logins.notes], secrets: [...logins.secrets] };
  },
};

/** The value of a key in `[global]` or `[install]` of a pip.conf; an indented line continues the one above. */
function readKey(text: string, key: string): string | undefined {
  let [section, value]: [string, string | undefined] = ['', undefined];
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(\w+)\]/.exec(line)?.[1];
    if (header !== undefined) [section, open] = [header, false];
    else if (open && /^\s+[^\s#;]/.test(line)) value = `${value ?? ''} ${line.trim()}`;
    else if (/^\s*(?:[#;]|$)/.test(line)) continue;
    else {
      const [, name, first = ''] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
      open = name?.replaceAll('_', '-') === key && ['global', 'install'].includes(section);
      if (open) value = first.trim();
    }
  }
  return value;
}
