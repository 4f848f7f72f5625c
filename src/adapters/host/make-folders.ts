import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, and returns the first that it made. Only
 * the person may use it, whatever their umask, unless `mode` says more. Never
 * makes the home folder, whose name may be mistyped. Not with Node's
 * `recursive`, which never ends in /proc.
 */
export function makeFolders(path: string, mode = 0o700): string | undefined {
  if (isFolder(path)) return undefined;
  const home = process.env['HOME'] || homedir();
  if (path === home) throw fault('NO_HOME', `the home folder ${home} does not exist`);
  const parent = dirname(path);
  if (parent === path) throw fault('ENOENT', `${path} does not exist`);
  const first = makeFolders(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it.
    if (isFolder(path)) return first;
    throw error;
  }
  return first ?? path;
}

const fault = (code: string, message: string): Error => Object.assign(new Error(message), { code });

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
