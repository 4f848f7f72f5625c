/** A number and its noun: `1 change`, `3 changes`. */
export function formatCount(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first names, and how many more there are: `a, b and 3 more`. `count`: of all, if `names` has not all. */
export function listSome(names: readonly string[], most = 5, count = names.length): string {
  const shown = names.slice(0, most);
  const more = count > shown.length ? ` and ${String(count - shown.length)} more` : '';
  return `${shown.join(', ')}${more}`;
}

/** Milliseconds since the epoch → `2026-01-02T03:04:05Z`. */
export const formatTime = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
