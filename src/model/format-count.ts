let rules: Intl.PluralRules | undefined;

/** A number and its noun: `1 change`, `3 changes`. `plural` is for nouns that do not just take an s. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  rules ??= new Intl.PluralRules('en');
  return `${String(count)} ${rules.select(count) === 'one' ? noun : plural}`;
}
