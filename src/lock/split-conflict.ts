type Side = 'both' | 'ours' | 'base' | 'theirs';

/** The two sides of a text with git's merge marks; absent where it has none, or they are broken. */
export function splitConflict(text: string): { readonly ours: string; readonly theirs: string } | undefined {
  const sides = { ours: '', theirs: '' };
  let side: Side = 'both';
  let marks = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const mark = /^(<{7}|\|{7}|={7}|>{7})(?: |\r?\n|$)/.exec(line)?.[1];
    const next: Side | undefined = mark === undefined ? undefined : turn(side, mark);
    if (mark !== undefined) {
      if (next === undefined) return undefined;
      side = next;
      marks += 1;
    } else {
      if (side === 'both' || side === 'ours') sides.ours += line;
      if (side === 'both' || side === 'theirs') sides.theirs += line;
    }
  }
  return marks === 0 || side !== 'both' ? undefined : sides;
}

/** Where a mark leads to; absent where it may not stand. */
function turn(side: Side, mark: string): Side | undefined {
  if (mark.startsWith('<')) return side === 'both' ? 'ours' : undefined;
  if (mark.startsWith('|')) return side === 'ours' ? 'base' : undefined;
  if (mark.startsWith('=')) return side === 'ours' || side === 'base' ? 'theirs' : undefined;
  return side === 'theirs' ? 'both' : undefined;
}
