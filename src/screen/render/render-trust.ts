import { printNeed, type Trust } from '../../containers/require-trust.ts';
import { keyOfNeed, type TrustNeed } from '../../model/trust.ts';
import { renderSection } from '../render-table.ts';
import { sanitizeLine } from '../sanitize.ts';

/** The trust in a project; with `show`, each request and whether the person agreed to it. */
export function renderTrust(
  { folder, needs, missing, before = [], declined = [] }: Trust,
  wish: 'show' | 'grant' | 'revoke',
): string {
  const name = sanitizeLine(folder);
  if (needs.length === 0 && before.length === 0) return `${name} requests nothing that needs your trust.`;
  if (wish !== 'show') {
    if (missing.length === 0) return `You agreed to everything that ${name} requests.`;
    return `You did not agree to ${missing.length === needs.length ? 'what' : 'everything that'} ${name} requests.`;
  }
  const waiting = new Set(missing.map(keyOfNeed));
  const agreed = needs.filter((need) => !waiting.has(keyOfNeed(need)));
  return [
    ...list(`${name} requests this, and you agreed:`, agreed),
    ...list(`${name} requests this, and you did not agree:`, missing),
    ...list('You agreed to this earlier, and it is no longer requested:', before),
    ...list('You declined:', declined),
  ].join('\n');
}

const list = (title: string, needs: readonly TrustNeed[]): readonly string[] =>
  renderSection(
    title,
    needs.map((need) => sanitizeLine(printNeed(need))),
  );
