/** A number and its noun: `1 change`, `3 changes`. `plural` is for nouns that do not just take an s. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}

/** The first names, and how many more there are: `a, b and 3 more`. `count`: of all, if `names` has not all. */
export function listSome(names: readonly string[], most = 5, count = names.length): string {
  const shown = names.slice(0, most);
  const more = count > shown.length ? ` and ${String(count - shown.length)} more` : '';
  return `${shown.join(', ')}${more}`;
}
