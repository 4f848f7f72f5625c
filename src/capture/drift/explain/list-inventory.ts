import type { Drift } from '../../../model/drift.ts';
import type { Evidence } from '../../../model/evidence.ts';
import type { Resolved } from '../../../model/version.ts';
import { statusFile } from './compare-debian.ts';
import { parseDpkgStatus } from './parse-dpkg-status.ts';

/** Where devenv's own npm provider installs. */
export const npmPlace = '/usr/local/lib/node_modules';

/** Exact versions in the workspace, by provider, as far as they were read: what did not change was not asked for. */
export function listInventory(drift: Drift, after: Evidence): Resolved {
  const debian = [...parseDpkgStatus(after.files.get(statusFile) ?? '').values()];
  const packages = drift.groups.flatMap(({ cause, items }) => (cause === 'npm' ? items : []));
  return {
    apt: Object.fromEntries(debian.map(({ name, version }) => [name, version])),
    npm: Object.fromEntries(
      packages.flatMap((item) =>
        item.kind === 'package' && item.version !== undefined && item.place === npmPlace
          ? [[item.name, item.version]]
          : [],
      ),
    ),
  };
}
