import { asMap, parseJson, type Keys } from '../../../model/json.ts';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { parseAddress, type Address } from './address.ts';

/** The engine that `docker context use` chose. */
interface DockerContext {
  readonly name: string;
  readonly address: Address;
}

/**
 * Reads the current context from the files of the docker command. Undefined if
 * there is none, or `default`. Throws ENGINE_UNREACHABLE if it cannot be read.
 */
export async function readDockerContext(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<DockerContext | undefined> {
  const folder = env['DOCKER_CONFIG'] ?? join(home, '.docker');
  const name = env['DOCKER_CONTEXT'] ?? readCurrent(join(folder, 'config.json'));
  if (name === undefined || name === '' || name === 'default') return undefined;
  // Imported late: most machines have no context.
  const { createHash } = await import('node:crypto');
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readJson(join(folder, 'contexts', 'meta', id, 'meta.json'));
  const { Host: host, SkipTLSVerify: skip } = asMap(asMap(meta['Endpoints'])['docker']);
  if (typeof host !== 'string') {
    throw new DevenvError('ENGINE_UNREACHABLE', `There is no docker context named ${JSON.stringify(name)}.`, {
      hint: 'See `docker context ls`, and choose one with `docker context use`.',
      data: { chosen: true },
    });
  }
  const files = join(folder, 'contexts', 'tls', id, 'docker');
  const tls = existsSync(files) ? { folder: files, verify: skip !== true } : undefined;
  return { name, address: parseAddress(host, tls) };
}

/** Ignores a broken config.json, as the docker command does. */
function readCurrent(path: string): string | undefined {
  const name = readJson(path)['currentContext'];
  return typeof name === 'string' ? name : undefined;
}

function readJson(path: string): Keys {
  try {
    const entry = statSync(path);
    // Reading a fifo would block.
    if (!entry.isFile() || entry.size > 4_000_000) return {};
    return asMap(parseJson(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
