import type { Lock, Version } from '../model/version.ts';
import { lineage, resolveVersionItems } from '../lock/version-items.ts';

/** Item ids that a word may mean: `apt:jq` itself, or `jq` of any provider. */
export function matchItems(ids: readonly string[], tool: string): readonly string[] {
  return ids.filter((id) => id === tool || id.slice(id.indexOf(':') + 1) === tool);
}

/**
 * The version that began to declare a tool which `number` declares: the oldest
 * of those that have it without a break. Absent where `number` does not declare it.
 */
export function findDeclaration(
  lock: Lock,
  number: number,
  tool: string,
): { readonly version: Version; readonly item: string } | undefined {
  let found: { readonly version: Version; readonly item: string } | undefined;
  // By what was current before, and not by images: a build from the base declares everything again.
  for (const version of ancestry(lock, number)) {
    const [item] = matchItems(Object.keys(resolveVersionItems(lock, version.number)), tool);
    if (item === undefined) return found;
    found = { version: originOf(lock, version), item };
  }
  return found;
}

/** A version and those that were current before it, newest first. */
function ancestry(lock: Lock, number: number): readonly Version[] {
  const chain: Version[] = [];
  for (let at: number | undefined = number; at !== undefined;) {
    const version = lock.versions.find((known) => known.number === at);
    if (version === undefined) break;
    chain.push(version);
    at = version.parent;
  }
  return chain;
}

/** A rollback brings nothing of its own. */
function originOf(lock: Lock, version: Version): Version {
  return version.kind === 'rollback' ? (lineage(lock, version.number)[1] ?? version) : version;
}
