import type { RepositoryEntry } from '../../model/image-inputs.ts';

/** The value of an item: one line, equal for equal repositories. `key`: what tells it from other keys. */
export const printRepository = (
  { uris, suites, components, architectures }: Omit<RepositoryEntry, 'name' | 'key'>,
  key: string,
): string =>
  [
    ...[uris.join(','), suites.join(','), ...components],
    ...(architectures.length === 0 ? [] : ['for', ...architectures]),
    ...['key', key],
  ].join(' ');
