import { readFileSync } from 'node:fs';

/** Most memory that a process had so far, in MB. Throws where it has ended. */
export function peakOf(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
