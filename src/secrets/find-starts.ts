interface Start {
  readonly text: string;
  readonly anyCase: boolean;
}

interface Word {
  readonly lower: Uint8Array;
  readonly upper: Uint8Array;
  /** Where the three bytes are by which it is found. */
  readonly anchor: number;
}

/** Characters of texts and programs, the most frequent first. */
const frequent = ` etaoinsrlcdpum"'=.:,(-/)_fgh01ybvkxw;{}`;
const frequency = new Uint8Array(256).fill(1);
for (const [place, character] of [...frequent].entries())
  frequency[character.charCodeAt(0)] = 1 + frequent.length - place;
/** Places in a word that are tried. */
const most = 8;

/**
 * Finds the starts of many words, of three characters or more each, in a time
 * that hardly depends on their number: two bytes tell how far the search can
 * skip (Wu and Manber, 1994). Each word is found by its three rarest bytes.
 */
export class StartFinder {
  readonly #words: Word[] = [];
  /** By two bytes: how far to skip; 0 if they may be the second and third of an anchor. */
  readonly #shift = new Uint8Array(65_536).fill(2);
  /** By three bytes, a bit each: 1 if they are an anchor. */
  readonly #anchors = new Uint8Array(2 ** 21);
  /** By an anchor: the numbers of words. */
  readonly #candidates = new Map<number, number[]>();
  #farthest = 0;

  constructor(starts: readonly Start[]) {
    const encoder = new TextEncoder();
    for (const [index, { text, anyCase }] of starts.entries()) {
      const lower = encoder.encode(text);
      if (lower.length < 3) throw new Error('a start needs three characters');
      const upper = anyCase ? encoder.encode(text.toUpperCase()) : lower;
      const anchor = this.#chooseAnchor(lower, upper);
      this.#words.push({ lower, upper, anchor });
      this.#add(index, lower, upper, anchor);
      this.#farthest = Math.max(this.#farthest, anchor);
    }
  }

  /** Calls `found` with the number and offset of each start between `from` and `to`, in order. */
  find(bytes: Uint8Array, from: number, to: number, end: number, found: (start: number, offset: number) => void): void {
    const shifts = this.#shift;
    const anchors = this.#anchors;
    const last = Math.min(end, to + this.#farthest + 2);
    const matches: (readonly [start: number, offset: number])[] = [];
    for (let at = from + 2; at < last;) {
      const second = bytes[at - 1] as number;
      const third = bytes[at] as number;
      const shift = shifts[(second << 8) | third] as number;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const three = ((bytes[at - 2] as number) << 16) | (second << 8) | third;
      if (((anchors[three >> 3] as number) >> (three & 7)) & 1) {
        for (const index of this.#candidates.get(three) ?? []) {
          const word = this.#words[index] as Word;
          const offset = at - 2 - word.anchor;
          if (offset >= from && offset < to && stands(word, bytes, offset, end)) matches.push([index, offset]);
        }
      }
      at += 1;
    }
    matches.sort(([a, x], [b, y]) => x - y || a - b);
    for (const [index, offset] of matches) found(index, offset);
  }

  /** The place of three bytes that cost the least: they are rare, or stop the search for another word already. */
  #chooseAnchor(lower: Uint8Array, upper: Uint8Array): number {
    let best = 0;
    let least = Infinity;
    for (let anchor = 0; anchor + 3 <= lower.length && anchor < most; anchor += 1) {
      const cost = this.#price(lower, upper, anchor, 1) / 2 + this.#price(lower, upper, anchor + 1, 0);
      if (cost < least) [best, least] = [anchor, cost];
    }
    return best;
  }

  /** How often the search would stop at two bytes, in both cases, that it passes over now. `limit`: the shift that they get. */
  #price(lower: Uint8Array, upper: Uint8Array, at: number, limit: number): number {
    let price = 0;
    for (let cases = lower === upper ? 3 : 0; cases < 4; cases += 1) {
      const first = (cases & 1 ? upper : lower)[at] as number;
      const second = (cases & 2 ? upper : lower)[at + 1] as number;
      if ((this.#shift[(first << 8) | second] as number) > limit)
        price += (frequency[first] as number) * (frequency[second] as number);
    }
    return price;
  }

  #add(index: number, lower: Uint8Array, upper: Uint8Array, anchor: number): void {
    for (let cases = lower === upper ? 7 : 0; cases < 8; cases += 1) {
      const first = (cases & 1 ? upper : lower)[anchor] as number;
      const second = (cases & 2 ? upper : lower)[anchor + 1] as number;
      const third = (cases & 4 ? upper : lower)[anchor + 2] as number;
      const early = (first << 8) | second;
      if (this.#shift[early] === 2) this.#shift[early] = 1;
      this.#shift[(second << 8) | third] = 0;
      const three = (early << 8) | third;
      this.#anchors[three >> 3] = (this.#anchors[three >> 3] as number) | (1 << (three & 7));
      const known = this.#candidates.get(three);
      if (known === undefined) this.#candidates.set(three, [index]);
      else if (known.at(-1) !== index) known.push(index);
    }
  }
}

function stands(word: Word, bytes: Uint8Array, offset: number, end: number): boolean {
  if (offset + word.lower.length > end) return false;
  for (let i = 0; i < word.lower.length; i += 1) {
    const byte = bytes[offset + i];
    if (byte !== word.lower[i] && byte !== word.upper[i]) return false;
  }
  return true;
}
