import type { TrustNeed } from '../../model/trust.ts';
import { sanitizeLine } from '../sanitize.ts';

interface TrustView {
  readonly folder: string;
  readonly needs: readonly TrustNeed[];
  readonly trusted: boolean;
}

/** What holds now, and with `show` what it is about. */
export function renderTrust({ folder, needs, trusted }: TrustView, wish: 'show' | 'grant' | 'revoke'): string {
  if (needs.length === 0) return 'Nothing in devenv.yaml needs trust.';
  const state = trusted ? 'You trust' : 'You do not trust';
  const end = wish === 'show' ? 'with:' : 'with what devenv.yaml asks for.';
  const rows = wish === 'show' ? needs.map(({ where, content }) => `  ${where}: ${sanitizeLine(content)}`) : [];
  return [`${state} ${sanitizeLine(folder)} ${end}`, ...rows].join('\n');
}
