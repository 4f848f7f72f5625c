import { DevenvError } from '../errors/devenv-error.ts';
import type { Lock, Version } from '../model/version.ts';
import { findVersion } from '../lock/version-items.ts';
import type { Project } from '../observe/project.ts';

/** The lock of a project that has versions. */
export function requireLock({ lock }: Project): Lock {
  if (lock !== undefined) return lock;
  throw new DevenvError('VERSION_NOT_FOUND', 'This project has no version yet.', { hint: 'Run `devenv up` first.' });
}

/** The version of that number. */
export function requireVersion(lock: Lock, number: number): Version {
  const version = findVersion(lock, number);
  if (version === undefined) throw new DevenvError('VERSION_NOT_FOUND', `There is no version ${String(number)}.`);
  return version;
}

/** The error for a version of a workspace that is not on the engine. */
export function versionAbsent({ number }: Version): DevenvError {
  return new DevenvError('VERSION_NOT_FOUND', `Version ${String(number)} of this workspace is not on this engine.`, {
    hint: 'Run `devenv pull`, then the same command again.',
  });
}
