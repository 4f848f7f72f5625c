import type { Cause } from '../../../model/drift.ts';

/** What people call a group. */
export const causeTitles: Readonly<Record<Cause, string>> = {
  apt: 'Debian packages, by hand',
  'apt-dependency': 'Debian packages, pulled in',
  npm: 'npm packages',
  pip: 'Python packages',
  cargo: 'Rust crates',
  gem: 'Ruby gems',
  go: 'Go programs',
  runtime: 'runtimes',
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
