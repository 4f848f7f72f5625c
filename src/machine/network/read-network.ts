import { isAbsolute, join } from 'node:path';
import type { MachineNetwork } from '../../model/network/machine-network.ts';
import { readMachineConfig } from '../../observe/read-machine-config.ts';
import type { Context } from '../../ports/context.ts';
import { namesEngines, readDockerProxies, readVariables, resolveProxies } from './resolve-proxies.ts';

/** Bytes of Docker's config.json. */
const dockerLimit = 1024 * 1024;

/**
 * The proxies of this person: from the environment, else from
 * `teamvm/config.yaml` of the XDG configuration folder, else from `proxies` of
 * Docker's config.json. Nothing of a project is read. Throws USAGE, CONFIG_INVALID.
 */
export async function readNetwork({
  files,
  machine,
  variables,
  engine,
}: Pick<Context, 'files' | 'machine' | 'variables' | 'engine'>): Promise<MachineNetwork> {
  const file = `${machine.configFolder}/config.yaml`;
  const docker = join(variables['DOCKER_CONFIG'] || join(variables['HOME'] || '/root', '.docker'), 'config.json');
  const [own, text] = await Promise.all([
    readMachineConfig(files, file),
    // A relative path would lead into the project.
    isAbsolute(docker) ? files.readText(docker, dockerLimit).catch(() => undefined) : undefined,
  ]);
  // The engine is asked for only if the answer depends on it.
  const address =
    text !== undefined && namesEngines(text)
      ? await engine().then(
          (found) => found.address,
          () => undefined,
        )
      : undefined;
  const proxies = resolveProxies([
    readVariables(variables),
    { name: (key) => `proxy.${key} of ${file}`, values: own.proxy ?? {} },
    readDockerProxies(text ?? '', docker, address),
  ]);
  return { proxies, logins: own.logins ?? [] };
}
