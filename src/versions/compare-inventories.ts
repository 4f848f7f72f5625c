import type { Resolved } from '../model/version.ts';

export interface PackageChange {
  readonly provider: string;
  readonly name: string;
  /** Absent for a new package. */
  readonly before?: string;
  /** Absent for a removed package. */
  readonly after?: string;
}

/** Packages that differ between two inventories, in order of provider and name. */
export function compareInventories(before: Resolved, after: Resolved): readonly PackageChange[] {
  const providers = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return providers.flatMap((provider) => {
    const [old, now] = [
      new Map(Object.entries(before[provider] ?? {})),
      new Map(Object.entries(after[provider] ?? {})),
    ];
    const names = [...new Set([...old.keys(), ...now.keys()])].sort();
    return names.flatMap((name): PackageChange[] => {
      const [was, is] = [old.get(name), now.get(name)];
      if (was === is) return [];
      return [{ provider, name, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
    });
  });
}
