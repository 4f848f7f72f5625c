import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitForEnd } from './daemon.ts';
import { removeNetwork } from './network.ts';
import { findMarked, isRunning, signal } from './process-table.ts';
import { run } from './run.ts';
import { listStates, type LabState } from './state.ts';

/** Ends a complete or partial lab: processes, mounts, control groups, network, files. */
export async function endLab(state: LabState): Promise<void> {
  await endProcesses(state.mark);
  for (const socket of listShimSockets(state)) await rm(socket, { force: true });
  for (const mount of listMounts(state.folder)) await run('umount', ['--lazy', mount]);
  removeControlGroups(state);
  await removeNetwork(state.network, Object.values(state.machines), state.mark);
  await rm(state.folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Ends the labs of processes that died. */
export async function sweep(): Promise<void> {
  for (const state of listStates()) {
    if (state.owner && !isRunning(state.owner)) await endLab(state);
  }
}

/** Describes what a lab left on this machine, a line each. */
export async function findRemains(state: LabState): Promise<string[]> {
  const rules = await Promise.all(
    ['nat', 'filter', 'mangle'].map((table) => run('iptables', ['-w', '-t', table, '-S'])),
  );
  const links = readdirSync('/sys/class/net').filter((name) => name.startsWith(state.network.bridge));
  const names = listNames('/run/netns').filter((name) => name.startsWith(state.mark));
  return [
    ...listShimSockets(state).map((path) => `socket ${path}`),
    ...findMarked(state.mark).map(({ pid }) => `process ${pid}`),
    ...listMounts(state.folder).map((path) => `mount ${path}`),
    ...listControlGroups(state.mark).map((path) => `control group ${path}`),
    ...names.map((name) => `namespace ${name}`),
    ...links.map((name) => `link ${name}`),
    ...rules.flatMap((text) => text.split('\n').filter((rule) => rule.includes(state.mark))),
  ];
}

/** Repeats until none is found: children of a killed engine may start others. */
async function endProcesses(mark: string): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const found = findMarked(mark);
    if (found.length === 0) return;
    for (const id of found) signal(id, 'SIGKILL');
    for (const id of found) await waitForEnd(id, 2_000);
  }
  throw new Error(
    `processes of ${mark} do not end: ${findMarked(mark)
      .map(({ pid }) => pid)
      .join(', ')}`,
  );
}

/** Sockets of killed containers' shims, which containerd keeps in one place for all engines of a host. */
function listShimSockets({ machines }: LabState): string[] {
  return Object.values(machines).flatMap(({ folder }) => {
    const tasks = join(folder, 'exec/containerd/daemon/io.containerd.runtime.v2.task/moby');
    return listFolders(tasks)
      .map((id) => join(tasks, id, 'address'))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8').replace('unix://', ''))
      .filter((path) => path.startsWith('/run/containerd/s/'));
  });
}

/** Mount points at a folder and below it, the deepest first. */
function listMounts(folder: string): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .reverse();
}

function listControlGroups(mark: string): string[] {
  const root = '/sys/fs/cgroup';
  return ['', ...readdirSync(root)]
    .map((controller) => join(root, controller))
    .filter((path) => listFolders(path).includes(mark))
    .map((path) => join(path, mark));
}

function removeControlGroups(state: LabState): void {
  const removeTree = (path: string): void => {
    for (const name of listFolders(path)) removeTree(join(path, name));
    try {
      rmdirSync(path);
    } catch {
      // The host's own Podman may still use Podman's parent group.
    }
  };
  listControlGroups(state.mark).forEach(removeTree);
  for (const { kind, folder } of Object.values(state.machines)) {
    if (kind !== 'podman') continue;
    const containers = listFolders(join(folder, 'data/overlay-containers')).map((id) => `libpod-${id}`);
    for (const parent of listControlGroups('libpod_parent')) {
      for (const name of ['conmon', ...containers]) removeTree(join(parent, name));
      if (listFolders(parent).length === 0) removeTree(parent);
    }
  }
}

function listNames(path: string): string[] {
  return existsSync(path) ? readdirSync(path) : [];
}

function listFolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}
