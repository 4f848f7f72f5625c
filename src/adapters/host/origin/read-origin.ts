import type { Git, Origin } from '../../../ports/git.ts';
import type { HostFiles } from '../../../ports/host-files.ts';
import { readHead } from './read-head.ts';

/** The commit and the remote of a folder's repository. A workspace can write both: nothing is fetched from there. */
export async function readOrigin(git: Git, files: HostFiles, folder: string): Promise<Origin> {
  const [revision, settings] = await Promise.all([readHead(files, folder), git.readRepository(folder)]);
  const remote = settings.get('remote.origin.url')?.[0];
  const source = remote === undefined ? undefined : addressOf(remote);
  return { ...(revision !== undefined && { revision }), ...(source !== undefined && { source }) };
}

/**
 * A remote as an address without logins, query and fragment. Absent for a path
 * of this machine, for what git would run, and for what is no address.
 */
export function addressOf(remote: string): string | undefined {
  // As in `git@example.com:acme/shop.git`.
  const short = /^(?:[\w.-]{1,64}@)?([\w.-]{2,255}):(?!\/\/)\/?([\w./~+-]{1,1024})$/.exec(remote);
  const text = short === null ? remote : `ssh://${short[1] ?? ''}/${short[2] ?? ''}`;
  if (!/^(?:https?|ssh|git):\/\/[\x21-\x7e]{1,2000}$/.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  return host === '' ? undefined : `${protocol}//${host}${pathname}`;
}
