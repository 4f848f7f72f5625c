import { asMap, parseJson } from '../../model/json.ts';
import type { Settings } from '../provider.ts';
import { requireHttp, withoutLogin } from '../mirrors/without-login.ts';

/** The repositories of Composer's configuration of this machine, as a config.json without logins. */
export const composerSettings: Settings = {
  files: ['$COMPOSER_HOME/config.json', '~/.config/composer/config.json', '~/.composer/config.json'],
  resolve: (_variables, texts) => {
    const notes = new Set<string>();
    const { repositories, config } =
      texts.map((text) => asMap(parseJson(text))).find((found) => found['repositories'] !== undefined) ?? {};
    if (typeof repositories !== 'object' || repositories === null) return { env: {}, notes: [], secrets: [] };
    const kept = Object.entries(repositories as Readonly<Record<string, unknown>>).flatMap(([name, each]): object[] => {
      if (each === false || isOff(each)) return [{ [Array.isArray(repositories) ? 'packagist.org' : name]: false }];
      const { type, url } = each as { readonly type?: unknown; readonly url?: unknown };
      if (type !== 'composer' || typeof url !== 'string') return [];
      return [
        {
          type,
          url: requireHttp(
            withoutLogin(url, notes),
            'A Composer repository',
            "Correct `repositories` in Composer's config.json.",
          ),
        },
      ];
    });
    const isPlain = (config as { 'secure-http'?: unknown } | undefined)?.['secure-http'] === false;
    const text = JSON.stringify({ repositories: kept, ...(isPlain && { config: { 'secure-http': false } }) });
    return { env: { DEVENV_COMPOSER_CONFIG: text }, notes: [...notes], secrets: [] };
  },
};

const isOff = (each: unknown): boolean =>
  typeof each === 'object' && each !== null && Object.values(each).every((value) => value === false);
