import { sanitizeLine } from './sanitize.ts';

/**
 * Rows under a heading (none: rows alone), columns as wide as their widest
 * cell. Within `width`, cuts the cells of the widest columns: paths at their start, others at their end. Sanitizes cells.
 */
export function renderTable(heading: readonly string[], rows: readonly (readonly string[])[], width?: number): string {
  const table = [...(heading.length === 0 ? [] : [heading]), ...rows.map((row) => row.map(sanitizeLine))];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  let excess = widths.reduce((sum, one) => sum + one + 2, -2) - (width ?? Infinity);
  while (excess > 0) {
    const widest = widths.lastIndexOf(Math.max(...widths));
    const cut = Math.min(excess, (widths[widest] ?? 0) - narrowest);
    if (cut <= 0) break;
    widths[widest] = (widths[widest] ?? 0) - cut;
    excess -= cut;
  }
  // The end of a path tells more than its start.
  const cut = (cell: string, room: number): string =>
    cell.startsWith('/') ? `…${cell.slice(1 - room)}` : `${cell.slice(0, room - 1)}…`;
  const fit = (cell: string, room: number): string => (cell.length > room ? cut(cell, room) : cell.padEnd(room));
  return table
    .map((row) =>
      row
        .map((cell, column) => fit(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Columns of a table that are never cut. */
const narrowest = 12;

/** A title with indented lines below it; nothing if there are no lines. */
export function renderSection(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}
