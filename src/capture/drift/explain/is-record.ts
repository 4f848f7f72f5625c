import { joinPatterns } from '../../../model/join-patterns.ts';
import { ecosystems } from '../../../providers/registry.ts';

/** Files that package managers and the system write as records of their work. */
const records = joinPatterns([
  ...ecosystems.flatMap((ecosystem) => ecosystem.records),
  /^\/var\/lib\/(?:systemd|pam|man-db|mime-support|shells\.state|update-rc\.d)(?:\/|$)/,
  /^\/etc\/(?:ld\.so\.cache|alternatives(?:\/|$)|shells$|mailcap$|\.pwd\.lock$|ca-certificates\.conf)/,
  /^\/etc\/ssl\/certs(?:\/|$)/,
  /^\/usr\/(?:lib|share)\/(?:.*\/)?(?:gconv-modules\.cache|giomodule\.cache|loaders\.cache|gschemas\.compiled|icon-theme\.cache|mimeinfo\.cache)$/,
  /^\/usr\/share\/(?:mime|info\/dir|perl\/.*\/perllocal)/,
]);

export const isRecord = (path: string): boolean => records.test(path);

/** `/var/lib/dpkg/info/jq.list` → `jq`: name of the package's list that a record is about. */
export const findRecordedList = (path: string): string | undefined =>
  /^\/var\/lib\/dpkg\/info\/([^/]+)\.[a-z0-9-]+$/.exec(path)?.[1];
