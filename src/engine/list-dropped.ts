import type { Dropped } from '../ports/capture.ts';
import type { Delta } from './decide-delta.ts';
import type { Row } from './read-rows.ts';

/** What the entries of a delta have and a version has not. */
export function listDropped(
  { sockets }: Pick<Delta, 'sockets'>,
  rows: readonly Row[],
  attributes: ReadonlyMap<string, readonly string[]>,
): Dropped {
  const having = (test: (name: string) => boolean): string[] =>
    rows.filter(({ path }) => attributes.get(path)?.some(test) === true).map(({ path }) => `/${path}`);
  return {
    sockets: sockets.map((path) => `/${path}`),
    acls: having(isAcl),
    attributes: having((name) => !isAcl(name)),
    times: rows.filter(({ type, fine }) => type === 'f' && fine).length,
  };
}

const isAcl = (name: string): boolean => name.startsWith('system.posix_acl_');
