import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Proxies } from '../model/network/proxies.ts';
import type { Context } from '../ports/context.ts';

interface RegistryOptions extends Pick<Context, 'files' | 'processes' | 'cache' | 'engine'> {
  readonly env: Context['variables'];
  readonly note: (line: string) => void;
  readonly proxies: () => Promise<Proxies>;
}

/** Connects what asks registries and other servers. Each adapter is loaded when it is first needed. */
export function wireRegistries({
  files,
  processes,
  cache,
  engine,
  env,
  note,
  proxies,
}: RegistryOptions): Pick<Context, 'registry' | 'packages' | 'downloads' | 'features'> {
  const registry: Context['registry'] = async () => {
    const { DockerRegistryAuth } = await import('../adapters/oci/docker-registry-auth.ts');
    return new DockerRegistryAuth({ files, processes, env });
  };
  return {
    registry,
    packages: async () => {
      const [{ NpmPackages }, { resolveNpmRegistry }] = await Promise.all([
        import('../adapters/npm/npm-packages.ts'),
        import('../adapters/npm/npm-registry-url.ts'),
      ]);
      const npmrc = (await files.readText(join(homedir(), '.npmrc'), 64 * 1024)) ?? '';
      return new NpmPackages({
        ...resolveNpmRegistry(env, npmrc),
        cache,
        clock: Date,
        proxies: await proxies(),
        note,
      });
    },
    downloads: async () => {
      const { HttpDownloads } = await import('../adapters/http/http-downloads.ts');
      return new HttpDownloads({ cache, proxies: await proxies(), note });
    },
    features: async () => {
      const { openFeatureArchives } = await import('../adapters/oci/feature-archives.ts');
      const isInsecure = async (host: string): Promise<boolean> => (await engine()).isInsecure(host);
      const [logins, by] = await Promise.all([registry(), proxies()]);
      return openFeatureArchives({ cache, registry: logins, env, isInsecure, note, proxies: by });
    },
  };
}
