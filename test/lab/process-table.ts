import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A process, told apart from a later one with the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks after boot, from /proc. */
  readonly started: string;
}

interface Entry extends ProcessId {
  readonly parent: number;
  readonly dead: boolean;
}

/** The identity of a running process; undefined if it has ended. */
export function identify(pid: number): ProcessId | undefined {
  const entry = readEntry(pid);
  return entry && !entry.dead ? { pid, started: entry.started } : undefined;
}

export function isRunning(id: ProcessId): boolean {
  return identify(id.pid)?.started === id.started;
}

/**
 * All processes of a lab: those with its mark in their environment or control
 * group (Docker's containers), those in its network namespaces (Podman's
 * monitors), and all their descendants.
 */
export function findMarked(mark: string): ProcessId[] {
  const entries = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readEntry(Number(name)))
    .filter((entry) => entry !== undefined && !entry.dead) as Entry[];
  const networks = listNetworks(mark);
  const found = new Set(entries.filter(({ pid }) => isMarked(pid, mark, networks)).map(({ pid }) => pid));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const entry of entries) if (found.has(entry.parent)) found.add(entry.pid);
  }
  return entries.filter((entry) => found.has(entry.pid)).map(({ pid, started }) => ({ pid, started }));
}

/** Sends a signal to this process, unless it has ended. */
export function signal(id: ProcessId, name: NodeJS.Signals): void {
  if (!isRunning(id)) return;
  try {
    process.kill(id.pid, name);
  } catch {
    // It ended in between.
  }
}

function isMarked(pid: number, mark: string, networks: readonly string[]): boolean {
  return (
    readProc(pid, 'environ').split('\0').includes(`TEAMVM_LAB_MARK=${mark}`) ||
    readProc(pid, 'cgroup')
      .split(/[\n:/]/)
      .includes(mark) ||
    networks.includes(readNetwork(pid))
  );
}

/** The network namespaces of a lab, as `net:[4026532178]`. */
function listNetworks(mark: string): string[] {
  const folder = '/run/netns';
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${mark}-`))
    .map((name) => `net:[${statSync(`${folder}/${name}`).ino}]`);
}

function readNetwork(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}

function readEntry(pid: number): Entry | undefined {
  const stat = readProc(pid, 'stat');
  // The name in brackets may contain brackets: the fields begin after the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, started] = [fields[0], fields[1], fields[19]];
  if (!state || !parent || !started) return undefined;
  return { pid, started, parent: Number(parent), dead: state === 'Z' || state === 'X' };
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
