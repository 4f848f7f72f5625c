/** Words that sh takes as they are. */
const plain = /^[\w@%+=:,./-]+$/;

/**
 * Words as a line of sh that stands for exactly them. No word may hold NUL.
 *
 *     quoteWords(['echo', "it's"]) === `echo 'it'\\''s'`
 */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => (plain.test(word) ? word : quoteWord(word))).join(' ');
}

/** A word in quotes, whether it needs them or not. */
export const quoteWord = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
