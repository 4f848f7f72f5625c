export interface GraphNode {
  readonly number: number;
  /** The node below it; absent for a root. */
  readonly from?: number;
}

export interface GraphRow {
  /** Lanes of the line that names the node: `* |`. */
  readonly node: string;
  /** Lanes of a line under it, before the next node. */
  readonly under: string;
  /** A line that joins lanes, drawn above the node; absent where none ends here. */
  readonly join?: string;
}

/** Lanes beside a list, newest first, as `git log --graph` draws them: what extends what. `mark` draws a node. */
export function drawGraph<T extends GraphNode>(nodes: readonly T[], mark: (node: T) => string): readonly GraphRow[] {
  let lanes: number[] = [];
  return nodes.map((node) => {
    const waiting = lanes.flatMap((number, lane) => (number === node.number ? [lane] : []));
    const lane = waiting[0] ?? lanes.length;
    const joined = lanes.filter((number, index) => index === lane || number !== node.number);
    const join = waiting.length > 1 ? drawJoin(lanes, waiting) : undefined;
    const width = Math.max(joined.length, lane + 1);
    const row = Array.from({ length: width }, (_, index) => (index === lane ? mark(node) : '|')).join(' ');
    lanes = node.from === undefined ? joined.filter((_, index) => index !== lane) : replace(joined, lane, node.from);
    const under = lanes.map(() => '|').join(' ');
    return { node: row, under, ...(join !== undefined && { join }) };
  });
}

function replace(lanes: readonly number[], lane: number, number: number): number[] {
  const next = [...lanes];
  next[lane] = number;
  return next;
}

/** `|/` where a lane ends in the one to its left; lanes further right move over. */
function drawJoin(lanes: readonly number[], [kept = 0, ...ended]: readonly number[]): string {
  const cells = lanes.map((_, index) => (index > kept && ended.some((lane) => lane <= index) ? '/' : '|'));
  return cells
    .map((cell, index) => (cell === '/' ? '/' : index === 0 ? '|' : ' |'))
    .join('')
    .trimEnd();
}
