import type { HistoryEntry } from '../../versions/history.ts';
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

interface GraphNode {
  readonly number: number;
  /** The node that it extends; absent for a root. */
  readonly from?: number;
}

interface GraphRow {
  /** Lanes of the node's own line: `* |`. */
  readonly node: string;
  /** Lanes of a line below it, before the next node. */
  readonly under: string;
  /** A line above the node that joins lanes; absent if none ends here. */
  readonly join?: string;
}

/** Draws which node extends which beside a list, newest first, like `git log --graph`. `mark` draws a node. */
export function drawGraph<T extends GraphNode>(nodes: readonly T[], mark: (node: T) => string): readonly GraphRow[] {
  let lanes: number[] = [];
  return nodes.map((node) => {
    const waiting = lanes.flatMap((number, lane) => (number === node.number ? [lane] : []));
    const lane = waiting[0] ?? lanes.length;
    const joined = lanes.filter((number, index) => index === lane || number !== node.number);
    const join = waiting.length > 1 ? drawJoin(lanes, waiting) : undefined;
    const width = Math.max(joined.length, lane + 1);
    const row = Array.from({ length: width }, (_, index) => (index === lane ? mark(node) : '|')).join(' ');
    lanes = [...joined.slice(0, lane), ...(node.from === undefined ? [] : [node.from]), ...joined.slice(lane + 1)];
    const under = lanes.map(() => '|').join(' ');
    return { node: row, under, ...(join !== undefined && { join }) };
  });
}

/** `|/` if a lane joins the one to its left; lanes further right move left. */
function drawJoin(lanes: readonly number[], [kept = 0, ...ended]: readonly number[]): string {
  const cells = lanes.map((_, index) => (index > kept && ended.some((lane) => lane <= index) ? '/' : '|'));
  return cells
    .map((cell, index) => (cell === '/' ? '/' : index === 0 ? '|' : ' |'))
    .join('')
    .trimEnd();
}
