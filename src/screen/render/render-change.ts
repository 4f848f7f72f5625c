import type { TreeChange } from '../../model/tree.ts';

const signs = { added: '+', removed: '-', changed: '~' } as const;

/** One path that differs: `~ /etc/motd (mode, content)`. */
export function renderChange({ path, kind, what }: TreeChange<string>): string {
  return `${signs[kind]} ${path}${what.length === 0 ? '' : ` (${what.join(', ')})`}`;
}
