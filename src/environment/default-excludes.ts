import { joinPatterns } from '../model/join-patterns.ts';

/** Private keys, and what belongs to them, that packages make where they are installed: each machine has its own. */
const machineKeys = joinPatterns([
  /^\/etc\/ssh\/ssh_host_[a-z0-9]+_key(\.pub)?$/,
  /^\/etc\/ssl\/(private\/ssl-cert-snakeoil\.key|certs\/ssl-cert-snakeoil\.pem)$/,
]);

/**
 * Places whose changes are nobody's work, and that no version has: package
 * caches and lists, logs, temporary and runtime files, histories, what tells
 * machines apart, what the engine itself writes, where devenv mounts things.
 */
const worthless = joinPatterns([
  /^\/(tmp|run|proc|sys|dev|workspace)(\/|$)/,
  /^\/var\/(tmp|run|cache|log|lib\/apt\/lists)(\/|$)/,
  /^\/var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock)$/,
  /^\/var\/lib\/(dbus\/machine-id|systemd\/random-seed)$/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab|machine-id|\.pwd\.lock)$/,
  /^\/(root|home\/[^/]+)\/(\.cache|\.npm\/_[^/]+)(\/|$)/,
  /^\/(root|home\/[^/]+)\/(\.cargo\/(registry|git|\.package-cache.*|\.global-cache)|go\/pkg\/mod)(\/|$)/,
  /^\/(root|home\/[^/]+)\/\.(bash|zsh|python|node_repl|psql|sqlite|less|mysql|rediscli|irb)_?(history|hst)$/,
  /^\/(root|home\/[^/]+)\/\.(viminfo|wget-hsts|sudo_as_admin_successful|Xauthority)$/,
  /^\/(var|home|root|usr|opt|srv)\/(.*\/)?[^/]+\.pid$/,
  /^\/\.(dockerenv|containerenv)$/,
  machineKeys,
]);

/** Somebody's own keys and logins: no version has them, and yet they are not to be lost in silence. */
const personal = joinPatterns([
  /^\/(root|home\/[^/]+)\/\.(netrc|git-credentials|pgpass|docker\/config\.json|aws\/credentials|kube\/config)$/,
  /^\/(root|home\/[^/]+)\/\.(config\/gh\/hosts\.yml|gnupg\/private-keys-v1\.d|ssh\/(id_[^/]*|known_hosts))(\/|$)/,
]);

const excluded = joinPatterns([worthless, personal]);

/** True for an absolute path of a key that a package made for the machine: a workspace makes its own. */
export function isMachineKey(path: string): boolean {
  return machineKeys.test(path);
}

/** True for an absolute path that can go without anybody missing it. */
export function isWorthless(path: string): boolean {
  return worthless.test(path);
}

/** True for an absolute path that a version leaves out unless its author says otherwise. */
export function isExcluded(path: string): boolean {
  return excluded.test(path);
}
