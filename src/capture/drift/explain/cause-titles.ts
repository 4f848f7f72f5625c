import type { Cause, PackageCause } from '../../../model/drift.ts';
import { ecosystems } from '../../../providers/registry.ts';

/** What people call a group. Those of packages are named by their ecosystems. */
export const causeTitles: Readonly<Record<Cause, string>> = {
  ...(Object.assign({}, ...ecosystems.map(({ causes }) => causes)) as Record<PackageCause, string>),
  etc: 'files under /etc',
  'usr-local': 'files under /usr/local',
  opt: 'files under /opt',
  accounts: 'users and groups',
  environment: 'variables in shell profiles',
  services: 'services',
  'package-files': 'files of packages, changed by hand',
  records: 'records of package managers',
  other: 'other files',
  noise: 'caches and noise, never committed',
};
