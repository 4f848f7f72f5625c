import { hostname, userInfo } from 'node:os';
import type { Machine } from '../../ports/machine.ts';
import { findConfigFolder, findStateFolder } from './xdg.ts';

/** Reads the facts about this machine. A user without an account is named by the number. */
export const observeThisMachine = (): Machine => {
  const uid = process.getuid?.() ?? -1;
  return {
    ...{ platform: process.platform, architecture: process.arch, uid, user: nameUser(uid), hostname: hostname() },
    ...{ stateFolder: findStateFolder(), configFolder: findConfigFolder() },
  };
};

const nameUser = (uid: number): string => {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
};
