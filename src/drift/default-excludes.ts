/**
 * Places whose changes are nobody's work, and that no version has: package
 * caches and lists, logs, temporary and runtime files, histories, what tells
 * machines apart, what the engine itself writes, where devenv mounts things,
 * and files that hold nothing but logins.
 */
const excluded = [
  /^\/(tmp|run|proc|sys|dev|workspace)(\/|$)/,
  /^\/var\/(tmp|run|cache|log|lib\/apt\/lists)(\/|$)/,
  /^\/var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock)$/,
  /^\/var\/lib\/(dbus\/machine-id|systemd\/random-seed)$/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab|machine-id|\.pwd\.lock)$/,
  /^\/(root|home\/[^/]+)\/(\.cache|\.npm\/_[^/]+)(\/|$)/,
  /^\/(root|home\/[^/]+)\/\.(bash|zsh|python|node_repl|psql|sqlite|less|mysql|rediscli|irb)_?(history|hst)$/,
  /^\/(root|home\/[^/]+)\/\.(viminfo|wget-hsts|sudo_as_admin_successful|Xauthority)$/,
  /^\/(root|home\/[^/]+)\/\.(netrc|git-credentials|pgpass|docker\/config\.json|aws\/credentials|kube\/config)$/,
  /^\/(root|home\/[^/]+)\/\.(config\/gh\/hosts\.yml|gnupg\/private-keys-v1\.d|ssh\/(id_[^/]*|known_hosts))(\/|$)/,
  /^\/(var|home|root|usr|opt|srv)\/(.*\/)?[^/]+\.pid$/,
  /^\/\.(dockerenv|containerenv)$/,
];

/** True for an absolute path that a version leaves out unless its author says otherwise. */
export function isExcluded(path: string): boolean {
  return excluded.some((pattern) => pattern.test(path));
}
