import type { HostSystem } from '../model/host-system.ts';
import type { HostFiles } from '../ports/host-files.ts';

const engine = { path: '/var/run/docker.pid', program: 'dockerd' } as const;
const pidFiles = [engine, { path: '/var/run/docker/containerd/containerd.pid', program: 'containerd' }] as const;

/** Whether the process in dockerd's pid file runs, and the pid files whose process does not. */
export const observeDaemon = async (files: HostFiles): Promise<Pick<HostSystem, 'running' | 'stalePidFiles'>> => {
  const stale: string[] = [];
  for (const { path, program } of pidFiles) {
    const pid = (await files.readText(path, 100).catch(() => ''))?.trim();
    if (pid === undefined) continue;
    const comm = /^\d+$/.test(pid) ? await files.readText(`/proc/${pid}/comm`, 100).catch(() => undefined) : undefined;
    if (comm?.trim() !== program) stale.push(path);
    else if (path === engine.path) return { running: true, stalePidFiles: [] };
  }
  return { running: false, stalePidFiles: stale };
};
