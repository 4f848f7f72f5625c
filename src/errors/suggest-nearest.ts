import { findNearest } from './find-nearest.ts';

/** `Did you mean NAME? ` as the start of a hint; empty if no known name is near. `print`: the name as people write it. */
export function suggestNearest(
  written: string,
  known: readonly string[],
  print: (name: string) => string = (name) => name,
): string {
  const nearest = findNearest(written, known);
  return nearest === undefined ? '' : `Did you mean ${print(nearest)}? `;
}
