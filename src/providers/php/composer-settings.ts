import { DevenvError } from '../../errors/devenv-error.ts';
import type { Settings } from '../provider.ts';
import { withoutLogin } from '../without-login.ts';

/** The repositories of Composer's configuration of this machine, as a config.json without logins. */
export const composerSettings: Settings = {
  files: ['$COMPOSER_HOME/config.json', '~/.config/composer/config.json', '~/.composer/config.json'],
  resolve: (_variables, texts) => {
    const notes = new Set<string>();
    const { repositories, config } = texts.map(parse).find((found) => found['repositories'] !== undefined) ?? {};
    if (typeof repositories !== 'object' || repositories === null) return { env: {}, notes: [], secrets: [] };
    const kept = Object.entries(repositories as Readonly<Record<string, unknown>>).flatMap(([name, each]): object[] => {
      if (each === false || isOff(each)) return [{ [Array.isArray(repositories) ? 'packagist.org' : name]: false }];
      const { type, url } = each as { readonly type?: unknown; readonly url?: unknown };
      if (type !== 'composer' || typeof url !== 'string') return [];
      return [{ type, url: validateAddress(withoutLogin(url, notes)) }];
    });
    const isPlain = (config as { 'secure-http'?: unknown } | undefined)?.['secure-http'] === false;
    const text = JSON.stringify({ repositories: kept, ...(isPlain && { config: { 'secure-http': false } }) });
    return { env: { DEVENV_COMPOSER_CONFIG: text }, notes: [...notes], secrets: [] };
  },
};

const isOff = (each: unknown): boolean =>
  typeof each === 'object' && each !== null && Object.values(each).every((value) => value === false);

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? (found as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function validateAddress(address: string): string {
  if (/^https?:\/\/[A-Za-z0-9.[\]:_-]+(?:\/\S*)?$/.test(address)) return address;
  throw new DevenvError('USAGE', 'A Composer repository of this machine is not an http or https address.', {
    hint: "Correct `repositories` in Composer's config.json.",
  });
}
