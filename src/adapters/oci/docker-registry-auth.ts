import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Registry, RegistryAuth } from '../../ports/registry.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Processes } from '../../ports/processes.ts';
import { type DockerConfig, type Login, parseDockerConfig, parseHelperOutput } from './parse-docker-config.ts';

/** Docker Hub's name in credential stores. */
const hubServer = 'https://index.docker.io/v1/';

const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** The registry of an image reference as in `auths`: host and port, or Docker Hub's URL. */
export function serverOf(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash === -1 ? '' : reference.slice(0, slash).toLowerCase();
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost && !hubHosts.has(first) ? first : hubServer;
}

/** The registry of a key of `auths` or `credHelpers`. Undefined for a key with a path, which is for a part of a registry. */
function registryOfKey(key: string): string | undefined {
  const host = /^(?:https?:\/\/)?([^/]+)(?:\/|\/v1\/?|\/v2\/?)?$/i.exec(key)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  return hubHosts.has(host) ? hubServer : host;
}

const configLimit = 1024 * 1024;
const helperTimeout = 30_000;

interface DockerRegistryAuthOptions {
  readonly files: HostFiles;
  readonly processes: Processes;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Logins of `docker login`: `config.json` in $DOCKER_CONFIG or ~/.docker, and
 * the credential helpers that it names. Hosts match exactly. If a helper is
 * missing, hangs or prints garbage, the login in the file counts, or none. Its
 * output is never shown.
 */
export class DockerRegistryAuth implements Registry {
  readonly #files: HostFiles;
  readonly #processes: Processes;
  readonly #path: string;

  constructor({ files, processes, env }: DockerRegistryAuthOptions) {
    this.#files = files;
    this.#processes = processes;
    this.#path = join(env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker'), 'config.json');
  }

  readonly findAuth = async (reference: string): Promise<RegistryAuth | undefined> => {
    const server = serverOf(reference);
    const config = parseDockerConfig((await this.#readConfig()) ?? '');
    const login = (await this.#askHelper(config, server)) ?? findByServer(config.auths, server);
    return login === undefined ? undefined : { ...login, server };
  };

  async #readConfig(): Promise<string | undefined> {
    try {
      return await this.#files.readText(this.#path, configLimit);
    } catch {
      return undefined;
    }
  }

  async #askHelper(config: DockerConfig, server: string): Promise<Login | undefined> {
    const helper = findByServer(config.credHelpers, server) ?? config.credsStore;
    if (helper === undefined) return undefined;
    const result = await this.#processes.run([`docker-credential-${helper}`, 'get'], {
      input: server,
      timeout: helperTimeout,
    });
    return result.exitCode === 0 ? parseHelperOutput(result.stdout) : undefined;
  }
}

function findByServer<T>(entries: readonly (readonly [key: string, value: T])[], server: string): T | undefined {
  return entries.find(([key]) => registryOfKey(key) === server)?.[1];
}
