interface ChangeView {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly what: readonly string[];
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

/** One path that differs: `~ /etc/motd (mode, content)`. */
export function renderChange({ path, kind, what }: ChangeView): string {
  return `${signs[kind]} ${path}${what.length === 0 ? '' : ` (${what.join(', ')})`}`;
}
