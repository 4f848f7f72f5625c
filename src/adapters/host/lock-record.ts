import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DevenvError } from '../../errors/devenv-error.ts';
import { formatTime } from '../../model/format-count.ts';

/** The holder of a project's lock, as written beside it. */
export interface LockRecord {
  /** Differs for each hold of the lock. */
  readonly token: string;
  readonly pid: number;
  readonly command: string;
  readonly host: string;
  /** The machine's boot id: process ids are valid within one boot. */
  readonly boot: string;
  /** Start time of the process in clock ticks; differs for a reused pid. */
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
  since: formatTime(Date.now()),
});

/** Undefined if it is missing or incomplete. */
export const readLockRecord = (path: string): LockRecord | undefined => {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<LockRecord> | null;
    return typeof value?.token === 'string' && Number.isSafeInteger(value.pid) ? (value as LockRecord) : undefined;
  } catch {
    return undefined;
  }
};

/** True only if it is certain that the process ran on this machine and has ended. */
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

/** Field 22 of /proc/PID/stat; field 2, the name, may contain spaces and brackets. Empty without /proc. */
const readBorn = (pid: number): string => {
  const stat = readOr(`/proc/${pid}/stat`);
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended.
  return state === 'Z' ? 'ended' : (fields[18] ?? '');
};

const readOr = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

export const untouched = 'Nothing was changed.';

export const nameHolder = (holder: LockRecord): string =>
  `"devenv ${holder.command}" (process ${holder.pid} on ${holder.host}, since ${holder.since})`;

export const describeBusy = (holder: LockRecord | undefined, resource: string | undefined): DevenvError => {
  const name = holder ? nameHolder(holder) : 'Another devenv';
  const [code, does] =
    resource === undefined
      ? (['PROJECT_BUSY', 'works on this project'] as const)
      : (['RESOURCE_BUSY', `does not finish with ${resource}`] as const);
  return new DevenvError(code, `${name} ${does}.`, {
    state: untouched,
    ...(holder && { data: { pid: holder.pid, host: holder.host, command: holder.command, since: holder.since } }),
  });
};

export const describeLoss = (command: string, holder: LockRecord | undefined): DevenvError =>
  new DevenvError(
    'PROJECT_BUSY',
    `"devenv ${command}" was stopped for so long that ${holder ? nameHolder(holder) : 'another devenv'} took over this project.`,
    { state: 'It wrote nothing after that.', hint: 'Run the same command again.' },
  );
