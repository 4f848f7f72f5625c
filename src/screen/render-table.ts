import { sanitizeLine } from './sanitize.ts';

/** Rows under a heading, columns as wide as their widest cell. Cells may be anybody's text. */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = [heading, ...rows.map((row) => row.map(sanitizeLine))];
  const widths = heading.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
