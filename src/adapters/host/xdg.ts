import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** Trust records, locks and intents of this user. A value of `XDG_STATE_HOME` that is not absolute is ignored, as the XDG specification asks. */
export const findStateFolder = (env: Env = process.env): string => find(env, 'XDG_STATE_HOME', '.local/state');

/** What can be made or fetched again. */
export const findCacheFolder = (env: Env = process.env): string => find(env, 'XDG_CACHE_HOME', '.cache');

/** What a person decides for all their projects. */
export const findConfigFolder = (env: Env = process.env): string => find(env, 'XDG_CONFIG_HOME', '.config');

const find = (env: Env, name: string, fallback: string): string => {
  const own = env[name];
  return join(own !== undefined && isAbsolute(own) ? own : join(env['HOME'] || homedir(), fallback), 'teamvm');
};
