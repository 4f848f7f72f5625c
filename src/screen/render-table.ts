import { sanitizeLine } from './sanitize.ts';

/** Rows under a heading (none: rows alone), columns as wide as their widest cell. Sanitizes cells. */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [...(heading.length === 0 ? [] : [heading]), ...rows.map((row) => row.map(sanitizeLine))];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A title with indented lines below it; nothing if there are no lines. */
export function renderSection(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

/** The first names, and how many more there are: `a, b and 3 more`. */
export function listSome(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map(sanitizeLine).join(', ');
  return names.length > most ? `${shown} and ${String(names.length - most)} more` : shown;
}
