import type { ImageConfig } from '../model/image.ts';

/** Where Debian and every engine look for programs. */
const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A base's config with the values that engines add if they are missing, each
 * engine at another time: PATH, working folder, command.
 */
export function completeConfig(config: ImageConfig): ImageConfig {
  const { env, entrypoint, cmd } = config;
  return {
    ...config,
    env: env.some((entry) => entry.startsWith('PATH=')) ? env : [defaultPath, ...env],
    workingDir: config.workingDir === '' ? '/' : config.workingDir,
    cmd: entrypoint.length === 0 && cmd.length === 0 ? ['/bin/sh'] : cmd,
  };
}
