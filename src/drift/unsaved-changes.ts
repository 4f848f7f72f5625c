import type { PathChange } from '../model/container.ts';

/**
 * Places whose changes are nobody's work: package caches and lists, logs,
 * temporary and runtime files, histories, what the engine itself writes, and
 * where devenv mounts things.
 */
const noise = [
  /^\/(tmp|run|proc|sys|dev|workspace)(\/|$)/,
  /^\/var\/(tmp|run|cache|log|lib\/apt\/lists)(\/|$)/,
  /^\/var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock)$/,
  /^\/etc\/(hosts|hostname|resolv\.conf|mtab|\.pwd\.lock)$/,
  /^\/(root|home\/[^/]+)\/(\.cache|\.npm\/_[^/]+)(\/|$)/,
  /^\/(root|home\/[^/]+)\/\.(bash|zsh|python|node_repl|psql|sqlite|less)_?(history|hst)$/,
  /^\/\.(dockerenv|containerenv)$/,
];

/** The changes of a workspace that a version would have to keep, out of the engine's list. */
export function findUnsavedChanges(changes: readonly PathChange[]): readonly PathChange[] {
  // A modified folder is listed because something in it changed; what changed has a row of its own.
  const parents = new Set(changes.flatMap(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || []));
  return changes.filter(
    ({ path, kind }) => !(kind === 'modified' && parents.has(path)) && !noise.some((pattern) => pattern.test(path)),
  );
}
