import type { DestroyResult } from '../../workspace/destroy.ts';
import { joinLines } from '../sanitize.ts';

/** What was removed, and the data that is kept. */
export function renderDestroy({ removed, services, volumes, others = [] }: DestroyResult): string {
  const gone = [
    ...(removed > 0 ? ['workspace'] : []),
    ...nameAll('service', services),
    ...nameAll('volume', volumes.removed),
  ];
  const kept = nameAll('volume', volumes.kept).map(
    (names) => `Kept ${names}: \`devenv destroy --volumes\` removes it.`,
  );
  const rest = others.length === 0 ? '' : ` Choose one with --name: this project has ${listAll(others)}.`;
  const head = gone.length === 0 ? `There is no workspace to remove.${rest}` : `Removed ${listAll(gone)}.`;
  return joinLines([head, ...kept]);
}

const nameAll = (noun: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [names.length === 1 ? `${noun} ${names.join('')}` : `${noun}s (${names.join(', ')})`];

const listAll = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
