import type { ItemChange } from '../../../model/drift.ts';
import { joinPatterns } from '../../../model/join-patterns.ts';

/** A changed variable of a shell profile. Values may be secrets: only names are returned. */
export interface VariableChange {
  readonly name: string;
  readonly change: ItemChange;
}

const profiles = joinPatterns([
  /^\/etc\/(?:environment|profile|bash\.bashrc|bashrc)$/,
  /^\/etc\/profile\.d\/[^/]+$/,
  /^\/etc\/zsh\/(?:zshenv|zprofile|zshrc|zlogin)$/,
  /^\/etc\/fish\/(?:config\.fish|conf\.d\/[^/]+\.fish)$/,
  /^\/(?:root|home\/[^/]+)\/\.(?:bashrc|bash_profile|bash_login|profile|zshenv|zprofile|zshrc|zlogin)$/,
  /^\/(?:root|home\/[^/]+)\/\.config\/fish\/(?:config\.fish|conf\.d\/[^/]+\.fish)$/,
]);

export const isProfile = (path: string): boolean => profiles.test(path);

/** Variables that differ between two texts of a profile. */
export function compareVariables(before: string, after: string): readonly VariableChange[] {
  const [was, is] = [readVariables(before), readVariables(after)];
  const changes: VariableChange[] = [];
  for (const [name, value] of is) {
    const old = was.get(name);
    if (old !== value) changes.push({ name, change: old === undefined ? 'added' : 'changed' });
  }
  for (const name of was.keys()) if (!is.has(name)) changes.push({ name, change: 'removed' });
  return changes;
}

/** Unconditional assignments only: an indented one depends on a condition, or is local to a function. */
const assignment =
  /^(?:(?:export|declare -x|typeset -x)\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$|^set\s+-(?:gx|xg|Ux|x)\s+([A-Za-z_][A-Za-z0-9_]*)\s+(.*)$/;

function readVariables(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value, fishName, fishValue] = assignment.exec(line) ?? [];
    const found = name ?? fishName;
    // PATH may be extended several times: all assignments count.
    if (found !== undefined) variables.set(found, `${variables.get(found) ?? ''}\n${value ?? fishValue ?? ''}`);
  }
  return variables;
}
