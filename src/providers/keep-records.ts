import type { PersonalLayer } from './provider.ts';

/** Keeps the records of a version while personal packages are installed on it. `paths`: absolute, without blanks. */
export const keepRecords = (paths: readonly string[]): PersonalLayer => ({
  keep: paths.map((path) => `if [ -e ${path} ]; then cp -a --parents ${path} "$d/"; fi`).join('\n'),
  restore: paths.map((path) => `rm -rf ${path}\nif [ -e "$d"${path} ]; then cp -a "$d"${path} ${path}; fi`).join('\n'),
  own: [],
});
