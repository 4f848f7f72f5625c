import type { Items } from '../model/item.ts';
import type { Lock, Version } from '../model/version.ts';
import { describeItems } from './describe-items.ts';
import { reconcileItems } from '../lock/items-delta.ts';
import { resolveVersionItems } from '../lock/version-items.ts';

/** What a version changed against the one that was current before it, in words; empty where nothing that is declared changed. */
export function describeVersion(lock: Lock, version: Version): readonly string[] {
  const before: Items = version.parent === undefined ? {} : resolveVersionItems(lock, version.parent);
  const changes = describeItems(reconcileItems(before, resolveVersionItems(lock, version.number)), before);
  switch (version.kind) {
    case 'rollback':
      return [`= version ${String(version.from ?? '?')}`, ...changes];
    case 'commit':
      return changes.length > 0 ? changes : ['changes that devenv.yaml does not declare'];
    case 'build':
      return changes;
  }
}
