import type { Evidence } from '../../../model/evidence.ts';
import type { ItemChange } from '../../../model/drift.ts';

/** A changed user or group. */
export interface AccountChange {
  readonly kind: 'user' | 'group';
  readonly name: string;
  readonly change: ItemChange;
  /** Of a user. */
  readonly home?: string;
}

const users = '/etc/passwd';
const groups = '/etc/group';

/** Files of accounts, with their copies and locks. */
export const accountFile = /^\/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)-?$/;
export const accountFiles: readonly string[] = [users, groups];

/** Users, then groups that are not a new or removed user's own. */
export function compareAccounts(before: Evidence, after: Evidence): readonly AccountChange[] {
  const changedUsers = compare(users, 'user', before, after);
  const own = new Set(changedUsers.filter(({ change }) => change !== 'changed').map(({ name }) => name));
  const changedGroups = compare(groups, 'group', before, after).filter(({ name }) => !own.has(name));
  return [...changedUsers, ...changedGroups];
}

function compare(
  file: string,
  kind: AccountChange['kind'],
  before: Evidence,
  after: Evidence,
): readonly AccountChange[] {
  const [was, is] = [readRows(before.files.get(file)), readRows(after.files.get(file))];
  const describe = (name: string, row: string, change: ItemChange): AccountChange => {
    const home = kind === 'user' ? row.split(':')[5] : undefined;
    return { kind, name, change, ...(home !== undefined && home.startsWith('/') && { home }) };
  };
  const changes: AccountChange[] = [];
  for (const [name, row] of is) {
    const old = was.get(name);
    if (old !== row) changes.push(describe(name, row, old === undefined ? 'added' : 'changed'));
  }
  for (const [name, row] of was) if (!is.has(name)) changes.push(describe(name, row, 'removed'));
  return changes;
}

function readRows(text: string | undefined): ReadonlyMap<string, string> {
  const rows = (text ?? '').split('\n').filter((row) => row !== '');
  return new Map(rows.map((row) => [row.split(':')[0] ?? '', row]));
}
