import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a project's lock, as written beside it. */
export interface LockRecord {
  /** Of this very hold: a lock that was taken over carries another. */
  readonly token: string;
  readonly pid: number;
  readonly command: string;
  readonly host: string;
  /** Changes when the machine starts anew, so that its process ids count from the beginning. */
  readonly boot: string;
  /** When the process started, in the system's own unit; a reused pid has another. */
  readonly born: string;
  /** ISO 8601. */
  readonly since: string;
}

/** The record of this process. */
export const describeHolder = (command: string, token: string): LockRecord => ({
  token,
  pid: process.pid,
  command,
  host: hostname(),
  boot: readBoot(),
  born: readBorn(process.pid),
  since: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
});

/** Absent when it is missing or half-written. */
export const readLockRecord = (path: string): LockRecord | undefined => {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockRecord> | null;
    return typeof value?.token === 'string' && Number.isSafeInteger(value.pid) ? (value as LockRecord) : undefined;
  } catch {
    return undefined;
  }
};

/** True only where it is certain: the process ran on this machine and is no more. */
export const isHolderDead = (record: LockRecord): boolean => {
  if (record.host !== hostname()) return false;
  if (record.boot !== readBoot()) return true;
  try {
    process.kill(record.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return readBorn(record.pid) !== record.born;
};

const readBoot = (): string => readOr('/proc/sys/kernel/random/boot_id').trim();

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets. Empty where there is no /proc. */
const readBorn = (pid: number): string => {
  const stat = readOr(`/proc/${pid}/stat`);
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie holds nothing any more: it only waits to be counted.
  return state === 'Z' ? 'ended' : (fields[18] ?? '');
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
