import { joinPatterns } from '../../../model/join-patterns.ts';

/** What package managers and the system write about themselves while they work: nobody's own file. */
const records = joinPatterns([
  /^\/var\/lib\/(?:dpkg|apt|systemd|ucf|pam|python|python3|man-db|mime-support|shells\.state|update-rc\.d)(?:\/|$)/,
  /^\/etc\/(?:ld\.so\.cache|alternatives(?:\/|$)|shells$|mailcap$|\.pwd\.lock$|ca-certificates\.conf)/,
  /^\/etc\/ssl\/certs(?:\/|$)/,
  /^\/usr\/(?:lib|share)\/(?:.*\/)?(?:gconv-modules\.cache|giomodule\.cache|loaders\.cache|gschemas\.compiled|icon-theme\.cache|mimeinfo\.cache)$/,
  /^\/usr\/share\/(?:mime|info\/dir|perl\/.*\/perllocal)/,
  /^\/usr\/.*\/__pycache__(?:\/|$)/,
]);

export const isRecord = (path: string): boolean => records.test(path);

/** `/var/lib/dpkg/info/jq.list` → `jq`: the list's name of the package that a record is about. */
export const findRecordedList = (path: string): string | undefined =>
  /^\/var\/lib\/dpkg\/info\/([^/]+)\.[a-z0-9-]+$/.exec(path)?.[1];
