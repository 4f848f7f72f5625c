import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The folder of trust records, locks and intents. As XDG specifies, a relative `XDG_STATE_HOME` is ignored. */
export const findStateFolder = (env: Env = process.env): string => find(env, 'XDG_STATE_HOME', '.local/state');

/** The folder of what can be made or fetched again. */
export const findCacheFolder = (env: Env = process.env): string => find(env, 'XDG_CACHE_HOME', '.cache');

/** The folder of the person's settings for all projects. */
export const findConfigFolder = (env: Env = process.env): string => find(env, 'XDG_CONFIG_HOME', '.config');

const find = (env: Env, name: string, fallback: string): string => {
  const own = env[name];
  return join(own !== undefined && isAbsolute(own) ? own : join(env['HOME'] || homedir(), fallback), 'teamvm');
};
