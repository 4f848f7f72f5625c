export interface GraphNode {
  readonly number: number;
  /** The node that it extends; absent for a root. */
  readonly from?: number;
}

export interface GraphRow {
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
