import type { Finding } from '../model/finding.ts';

const shown = 40;

/** A table of where, which rule, and the value masked. Paths are escaped already. */
export function renderFindings(findings: readonly Finding[]): string {
  const rows = findings
    .slice(0, shown)
    .map(({ path, line, rule, masked }) => [line === undefined ? path : `${path}:${String(line)}`, rule, masked]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  if (findings.length > shown) lines.push(`  and ${String(findings.length - shown)} more`);
  return lines.join('\n');
}
