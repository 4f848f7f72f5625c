import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './install.ts';
import { run } from './run.ts';

const version = '0.89.0';

/** The Dev Containers CLI from npm: the path of its script for Node.js. Cached. */
export async function installDevcontainers(): Promise<string> {
  const home = join(cacheFolder, `devcontainers-${version}`);
  const script = join(home, 'node_modules/.bin/devcontainer');
  if (existsSync(script)) return script;
  await mkdir(home, { recursive: true });
  await run('npm', ['install', '--prefix', home, '--no-fund', '--no-audit', `@devcontainers/cli@${version}`]);
  return script;
}
