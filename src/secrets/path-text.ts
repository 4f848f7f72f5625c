/** A path of any bytes as text that shows every one of them: what is not printable UTF-8 becomes `\n`, `\xff`, `\u202e`. */
export function printPath(path: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(path);
  } catch {
    return Array.from(path, (byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x5c ? escapeByte(byte) : String.fromCharCode(byte),
    ).join('');
  }
  return text.replace(/[\\\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? escapeByte(code) : `\\u{${code.toString(16)}}`;
  });
}

function escapeByte(byte: number): string {
  if (byte === 0x0a) return '\\n';
  if (byte === 0x09) return '\\t';
  if (byte === 0x5c) return '\\\\';
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}
