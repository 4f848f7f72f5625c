import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pinned from './node-packages.json' with { type: 'json' };

/** A machine that devenv has an executable for. */
export type Platform = keyof typeof pinned.packages;

/** The platform of this machine, whose Node builds the executables of all platforms. */
export const ownPlatform = `linux-${process.arch}` as Platform;

export const nodeVersion = pinned.version;

export interface NodeFiles {
  /** Node's program. */
  readonly program: string;
  /** The text of its licence; not every package has it. */
  readonly license: string | undefined;
}

const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'devenv-executables');

/** Fetches Node for a platform from the npm registry, and checks it against the pinned hash. Unpacks it once. */
export function fetchNode(platform: Platform): NodeFiles {
  const { name, integrity } = pinned.packages[platform];
  const folder = join(cache, Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex').slice(0, 32));
  if (!existsSync(folder)) unpack(`${name}@${pinned.version}`, integrity, folder);
  const license = join(folder, 'LICENSE');
  return {
    program: join(folder, 'bin', platform.startsWith('windows') ? 'node.exe' : 'node'),
    license: existsSync(license) ? readFileSync(license, 'utf8') : undefined,
  };
}

function unpack(wanted: string, integrity: string, folder: string): void {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'new-'));
  try {
    const packed = execFileSync('npm', ['pack', '--silent', wanted], {
      ...{ cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    });
    const file = packed.trim();
    const actual = `sha512-${createHash('sha512')
      .update(readFileSync(join(work, file)))
      .digest('base64')}`;
    if (actual !== integrity) throw new Error(`${wanted} has the integrity ${actual}, but ${integrity} is pinned.`);
    const whole = join(work, 'whole');
    mkdirSync(whole);
    execFileSync('tar', ['-xzf', join(work, file), '-C', whole, '--strip-components=1', '--no-same-owner']);
    renameSync(whole, folder);
  } catch (error) {
    // Another build may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(work, { recursive: true });
  }
}
