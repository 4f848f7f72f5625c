/** Bytes that tell whether a text is UTF-16. */
export const utf16Head = 8;

/** For a file in UTF-16, by its first bytes: a function that converts its pieces, in order, to Latin-1 with `?` for other characters. */
export function openUtf16(head: Uint8Array): ((piece: Uint8Array) => Uint8Array) | undefined {
  const order = findOrder(head);
  if (order === undefined) return undefined;
  let kept: number | undefined;
  return (piece) => {
    const bytes = kept === undefined ? piece : Buffer.concat([Uint8Array.of(kept), piece]);
    kept = bytes.length % 2 === 1 ? bytes.at(-1) : undefined;
    const text = new Uint8Array(Math.floor(bytes.length / 2));
    for (let at = 0; at < text.length; at += 1) {
      const [low = 0, high = 0] = [bytes[2 * at + order], bytes[2 * at + 1 - order]];
      text[at] = high === 0 ? low : 0x3f;
    }
    return text;
  };
}

/** Where the low byte of a character is. By the mark, else by characters of ASCII. */
function findOrder(head: Uint8Array): 0 | 1 | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 0;
  if (first === 0xfe && second === 0xff) return 1;
  const fits = (order: number): boolean =>
    head.length >= utf16Head && head.every((byte, at) => (at % 2 === order ? isText(byte) : byte === 0));
  return fits(0) ? 0 : fits(1) ? 1 : undefined;
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
