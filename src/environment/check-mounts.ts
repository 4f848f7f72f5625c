import type { Finding, Path } from './problem.ts';
import { quote } from './problem.ts';

/** Where devenv or the engine mount something themselves; `below`: with everything in it. */
const taken: readonly { readonly place: string; readonly below: boolean; readonly by: string }[] = [
  { place: '/workspace', below: false, by: 'the project is there' },
  { place: '/tmp', below: false, by: 'every workspace has one of its own' },
  { place: '/var/cache/apt', below: true, by: 'the package cache is there' },
  { place: '/var/lib/apt/lists', below: true, by: 'the package cache is there' },
  { place: '/var/cache/devenv', below: true, by: 'the package caches are there' },
  { place: '/run/devenv', below: true, by: 'devenv keeps its own files there' },
  { place: '/run/secrets', below: true, by: 'secrets are there' },
  { place: '/proc', below: true, by: "it is the kernel's" },
  { place: '/sys', below: true, by: "it is the kernel's" },
  { place: '/dev', below: false, by: "it is the kernel's" },
];

/** Volumes of the workspace whose place is not theirs to take, or that two of them take. */
export function checkMounts(volumes: readonly unknown[], path: Path): Finding[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index): Finding[] => {
    const target = typeof volume === 'string' ? volume.split(':')[1] : undefined;
    if (target === undefined) return [];
    const reason = explain(target) ?? (seen.has(target) ? 'another volume is there' : undefined);
    seen.add(target);
    if (reason === undefined) return [];
    const message = `nothing can be mounted at ${quote(target)}: ${reason}`;
    return [{ path: [...path, index], at: 'value', message }];
  });
}

const explain = (target: string): string | undefined =>
  taken.find(({ place, below }) => target === place || (below && target.startsWith(`${place}/`)))?.by;
