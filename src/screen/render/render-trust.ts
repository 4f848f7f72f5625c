import { printNeed, type Trust } from '../../containers/require-trust.ts';
import { keyOfNeed, type TrustNeed } from '../../model/trust.ts';
import { sanitizeLine } from '../sanitize.ts';

/** What holds now; with `show`, each need and whether the person agreed to it. */
export function renderTrust(
  { folder, needs, missing, before = [], declined = [] }: Trust,
  wish: 'show' | 'grant' | 'revoke',
): string {
  const name = sanitizeLine(folder);
  if (needs.length === 0 && before.length === 0) return `${name} asks for nothing that needs your trust.`;
  if (wish !== 'show') {
    if (missing.length === 0) return `You trust ${name} with everything that it asks for.`;
    return `You do not trust ${name} with ${missing.length === needs.length ? 'what' : 'all that'} it asks for.`;
  }
  const waiting = new Set(missing.map(keyOfNeed));
  return [
    ...list(
      `You trust ${name} with:`,
      needs.filter((need) => !waiting.has(keyOfNeed(need))),
    ),
    ...list(`${name} also asks for, and you did not agree to:`, missing),
    ...list('You agreed to this earlier, and nothing asks for it now:', before),
    ...list('You declined:', declined),
  ].join('\n');
}

const list = (title: string, needs: readonly TrustNeed[]): readonly string[] =>
  needs.length === 0 ? [] : [title, ...needs.map((need) => `  ${sanitizeLine(printNeed(need))}`)];
