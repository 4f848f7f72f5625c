import type { HistoryEntry } from '../../versions/history.ts';
import { drawGraph } from '../draw-graph.ts';
import { formatSize } from '../format-size.ts';
import { sanitizeLine } from '../sanitize.ts';

/** Versions, newest first, beside a graph of which extends which; `*` marks the current one. */
export function renderHistory(versions: readonly HistoryEntry[]): string {
  const newest = [...versions].reverse();
  const graph = drawGraph(newest, ({ isCurrent }) => (isCurrent ? '*' : 'o'));
  const lanes = Math.max(...graph.map(({ node }) => node.length));
  const cells = newest.map(cellsOf);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return newest
    .flatMap((version, index) => {
      const { node, under, join } = graph[index] ?? { node: '', under: '' };
      const row = (cells[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0));
      const indent = `${under.padEnd(lanes)}  ${' '.repeat(widths[0] ?? 0)}  `;
      return [
        ...(join === undefined ? [] : [join]),
        [node.padEnd(lanes), ...row].join('  ').trimEnd(),
        ...(version.changes.length === 0 ? [] : [sanitizeLine(`${indent}${version.changes.join(', ')}`)]),
      ];
    })
    .join('\n');
}

function cellsOf(version: HistoryEntry): readonly string[] {
  return [
    String(version.number),
    version.date.slice(0, 10),
    version.author.replace(/ <.*>$/, ''),
    formatSize(version.size),
    version.pushed ? 'pushed' : 'not pushed',
    version.message,
  ].map(sanitizeLine);
}
