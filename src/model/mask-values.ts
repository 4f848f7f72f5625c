/** Replaces every value, and every line of a value, since output comes line by line. */
export function maskValues(text: string, values: Iterable<string>): string {
  let masked = text;
  const parts = [...values].flatMap((value) => [value, ...value.split(/\r?\n/)]).filter((part) => part.length > 2);
  for (const part of parts.sort((a, b) => b.length - a.length)) masked = masked.replaceAll(part, '***');
  return masked;
}
