import { DevenvError } from '../../errors/devenv-error.ts';
import type { Settings } from '../provider.ts';

const proxies = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);

/** The index and the proxies of this machine, in pip's own order: variables, then files. Logins stay on this machine. */
export const pipSettings: Settings = {
  files: ['$PIP_CONFIG_FILE', '~/.config/pip/pip.conf', '~/.pip/pip.conf', '/etc/pip.conf'],
  resolve: (variables, texts) => {
    const notes = new Set<string>();
    const withoutLogin = (address: string): string => {
      const [, scheme = '', rest = ''] = /^([a-z0-9]+:\/\/)[^@/]*@(.*)$/i.exec(address) ?? [];
      if (scheme === '') return address;
      notes.add(`The login for ${scheme}${rest} is not used: a build gets no passwords of this machine.`);
      return scheme + rest;
    };
    const read = (key: string): readonly string[] => {
      const variable = variables[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
      const found = [variable, ...texts.map((text) => readKey(text, key))].find((value) => (value ?? '') !== '');
      return (found ?? '').split(/\s+/).filter((word) => word !== '');
    };
    const readAddresses = (key: string): readonly string[] => read(key).map(withoutLogin).map(validateAddress);
    const env = {
      PIP_INDEX_URL: readAddresses('index-url')[0] ?? '',
      PIP_EXTRA_INDEX_URL: readAddresses('extra-index-url').join(' '),
      PIP_TRUSTED_HOST: read('trusted-host').join(' '),
      PIP_PROXY: readAddresses('proxy')[0] ?? '',
      ...Object.fromEntries(proxies.map((name) => [name, withoutLogin(variables[name] ?? '')])),
      ...{ no_proxy: variables['no_proxy'] ?? '', NO_PROXY: variables['NO_PROXY'] ?? '' },
    };
    return { env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')), notes: [...notes] };
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

function validateAddress(address: string): string {
  if (/^https?:\/\/[A-Za-z0-9.[\]:_-]+(?:\/\S*)?$/.test(address)) return address;
  throw new DevenvError('USAGE', 'A Python package index or proxy of this machine is not an http or https address.', {
    hint: 'Correct index-url, extra-index-url or proxy in pip.conf, or the PIP_ variables.',
  });
}
