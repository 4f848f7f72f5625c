/** How many lines of a change are compared one by one; a longer one is shown as a whole. */
const limit = 2000;
const context = 2;

/** A change of a text as `-` and `+` lines with two lines around each: for people, not for `patch`. */
export function diffLines(before: string, after: string): readonly string[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  if (start === a.length && start === b.length) return [];
  const rows = [
    ...a.slice(0, start).map((line) => ` ${line}`),
    ...compare(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((line) => ` ${line}`),
  ];
  const kept = rows.map((_, index) =>
    rows.slice(Math.max(0, index - context), index + context + 1).some((row) => !row.startsWith(' ')),
  );
  return rows.flatMap((row, index) => {
    if (kept[index] === true) return [row.trimEnd()];
    return kept[index - 1] === true && rows.slice(index).some((_, rest) => kept[index + rest] === true) ? ['...'] : [];
  });
}

/** Longest common subsequence: few lines, so a table of all pairs will do. */
function compare(a: readonly string[], b: readonly string[]): string[] {
  if (a.length * b.length > limit * limit) return [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row !== undefined) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const rows: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push(` ${a[i] ?? ''}`);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      rows.push(`-${a[i] ?? ''}`);
      i += 1;
    } else {
      rows.push(`+${b[j] ?? ''}`);
      j += 1;
    }
  }
  return rows;
}
