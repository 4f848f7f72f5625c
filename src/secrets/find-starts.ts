interface Start {
  readonly text: string;
  readonly anyCase: boolean;
}

interface Word {
  readonly lower: Uint8Array;
  readonly upper: Uint8Array;
}

/**
 * Finds the starts of many words, of three characters or more each, in a time
 * that hardly depends on their number: two bytes tell how far the search can
 * skip (Wu and Manber, 1994).
 */
export class StartFinder {
  readonly #words: readonly Word[];
  /** By two bytes: how far to skip; 0 if they may be the second and third of a word. */
  readonly #shift = new Uint8Array(65_536).fill(2);
  /** By a hash of three bytes: 1 if they may start a word. Avoids most lookups in `#candidates`. */
  readonly #begins = new Uint8Array(65_536);
  /** By the second and third byte: the numbers of words. */
  readonly #candidates = new Map<number, number[]>();

  constructor(starts: readonly Start[]) {
    const encoder = new TextEncoder();
    this.#words = starts.map(({ text, anyCase }) => ({
      lower: encoder.encode(text),
      upper: encoder.encode(anyCase ? text.toUpperCase() : text),
    }));
    for (const [index, word] of this.#words.entries()) this.#add(index, word);
  }

  /** Calls `found` with the number and offset of each start between `from` and `to`, in order. */
  find(bytes: Uint8Array, from: number, to: number, end: number, found: (start: number, offset: number) => void): void {
    const shifts = this.#shift;
    const begins = this.#begins;
    const last = Math.min(end, to + 2);
    for (let at = from + 2; at < last;) {
      const second = bytes[at - 1] as number;
      const third = bytes[at] as number;
      const shift = shifts[(second << 8) | third] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      if (begins[hash(bytes[at - 2] as number, second, third)] === 1) {
        for (const index of this.#candidates.get((second << 8) | third) ?? []) {
          if (stands(this.#words[index], bytes, at - 2, end)) found(index, at - 2);
        }
      }
      at += 1;
    }
  }

  #add(index: number, { lower, upper }: Word): void {
    if (lower.length < 3) throw new Error('a start needs three characters');
    for (const first of either(lower, upper, 0)) {
      for (const second of either(lower, upper, 1)) {
        const early = (first << 8) | second;
        this.#shift[early] = Math.min(this.#shift[early] ?? 2, 1);
        for (const third of either(lower, upper, 2)) {
          const block = (second << 8) | third;
          this.#shift[block] = 0;
          this.#begins[hash(first, second, third)] = 1;
          const known = this.#candidates.get(block) ?? [];
          if (!known.includes(index)) this.#candidates.set(block, [...known, index]);
        }
      }
    }
  }
}

function either(lower: Uint8Array, upper: Uint8Array, at: number): Set<number> {
  return new Set([lower[at] ?? 0, upper[at] ?? 0]);
}

function hash(first: number, second: number, third: number): number {
  return ((first << 9) ^ (second << 5) ^ third) & 0xffff;
}

function stands(word: Word | undefined, bytes: Uint8Array, offset: number, end: number): boolean {
  if (word === undefined || offset + word.lower.length > end) return false;
  for (let i = 0; i < word.lower.length; i += 1) {
    const byte = bytes[offset + i];
    if (byte !== word.lower[i] && byte !== word.upper[i]) return false;
  }
  return true;
}
