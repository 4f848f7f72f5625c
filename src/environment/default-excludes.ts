import { joinPatterns } from '../model/join-patterns.ts';
import { ecosystems } from '../providers/registry.ts';

/** Private keys that packages create at installation, and their public parts: each machine has its own. */
const machineKeys = joinPatterns([
  /^\/etc\/ssh\/ssh_host_[a-z0-9]+_key(\.pub)?$/,
  /^\/etc\/ssl\/(private\/ssl-cert-snakeoil\.key|certs\/ssl-cert-snakeoil\.pem)$/,
]);

/**
 * Paths that no version keeps because no person wrote them: package caches and
 * lists, logs, temporary and runtime files, histories, machine identity, files
 * of the engine, mount points of devenv.
 */
const worthless = joinPatterns([
  // Of an engine that runs in the workspace, and of `init`.
  /^\/(etc\/docker\/key\.json|opt\/containerd(\/(bin|lib))?|(usr\/)?sbin\/docker-init)$/,
  /^\/(tmp|run|proc|sys|dev|workspace)(\/|$)/,
  ...ecosystems.flatMap(({ excludes }) => excludes),
  /^\/var\/(tmp|run|log)(\/|$)/,
  // debconf keeps the answers to questions of packages there: they are state.
  /^\/var\/cache(\/(?!debconf(\/|$))|$)/,
  /^\/var\/cache\/debconf\/.*-old$/,
  /^\/var\/lib\/(dbus\/machine-id|systemd\/random-seed)$/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab|machine-id|\.pwd\.lock)$/,
  /^\/(root|home\/[^/]+)\/\.cache(\/|$)/,
  /^\/(root|home\/[^/]+)\/\.(bash|zsh|python|node_repl|psql|sqlite|less|mysql|rediscli|irb)_?(history|hst)$/,
  /^\/(root|home\/[^/]+)\/\.(viminfo|wget-hsts|sudo_as_admin_successful|Xauthority)$/,
  /^\/(var|home|root|usr|opt|srv)\/(.*\/)?[^/]+\.pid$/,
  /^\/\.(dockerenv|containerenv)$/,
  machineKeys,
]);

/** A person's keys and logins: no version keeps them, but they must not be lost silently. */
const personal = joinPatterns([
  /^\/var\/cache\/debconf\/passwords\.dat$/,
  /^\/(root|home\/[^/]+)\/\.(netrc|git-credentials|pgpass|docker\/config\.json|aws\/credentials|kube\/config)$/,
  /^\/(root|home\/[^/]+)\/\.(config\/gh\/hosts\.yml|gnupg\/private-keys-v1\.d|ssh\/(id_[^/]*|known_hosts))(\/|$)/,
]);

const excluded = joinPatterns([worthless, personal]);

/** Folders for logs, caches and runtime files. Daemons do not start without those that their packages made. */
const emptied = /^\/(var\/(log|cache)|run)(\/|$)/;

/** True for the path of a key that a package created for the machine: each workspace creates its own. */
export function isMachineKey(path: string): boolean {
  return machineKeys.test(path);
}

/** True for an absolute path that can be lost without a loss of work. Of some folders only the content can. */
export function isWorthless(path: string, isFolder = false): boolean {
  return worthless.test(path) && !(isFolder && emptied.test(path));
}

/** True for an absolute path that versions exclude by default. Of some folders only the content is excluded. */
export function isExcluded(path: string, isFolder = false): boolean {
  return excluded.test(path) && !(isFolder && emptied.test(path));
}
