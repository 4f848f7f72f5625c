import { existsSync } from 'node:fs';
import type { Outcome } from './devenv.ts';
import { peakOf } from './peak-of.ts';
import type { Project } from './project.ts';

/** Runs devenv to its end, and gives the most memory that it had, in MB. */
export async function measure(project: Project, ...args: string[]): Promise<Outcome & { readonly peak: number }> {
  const { child, ended } = project.start(args);
  child.stdin.end();
  let peak = 0;
  const watch = setInterval(() => {
    if (existsSync(`/proc/${String(child.pid)}/status`)) peak = Math.max(peak, peakOf(child.pid ?? 0));
  }, 50);
  const outcome = await ended;
  clearInterval(watch);
  return { ...outcome, peak };
}
