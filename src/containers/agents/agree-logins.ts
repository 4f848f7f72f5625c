import { keyOfNeed, type TrustNeed } from '../../model/trust.ts';
import type { Context } from '../../ports/context.ts';
import { printNeed, refuseTrust } from '../require-trust.ts';
import { readTrust, writeTrust } from '../trust-record.ts';

type Settings<Value> = ReadonlyMap<string, Value>;

/**
 * Lists the logins that a session would lend: for the hosts of the git remotes,
 * which everybody who can write the project can name. None if the person's git
 * has no credential helper.
 */
export function listLogins(own: Settings<string>, repository: Settings<readonly string[]>): readonly TrustNeed[] {
  if (![...own].some(([name, value]) => /^credential\.(.*\.)?helper$/.test(name) && value !== '')) return [];
  const urls = [...repository].flatMap(([name, values]) => (/^remote\..*\.(push)?url$/.test(name) ? values : []));
  const origins = urls.flatMap((url) => {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    return parsed !== undefined && /^https?:$/.test(parsed.protocol) ? [`${parsed.protocol}//${parsed.host}`] : [];
  });
  return [...new Set(origins)].map((content) => ({ kind: 'login', where: 'git remotes', content }));
}

/**
 * Returns the hosts, as `https://git.example.com`, for which the person lends
 * their login to this project. Asks once for each at the terminal and records
 * both answers. Throws NOT_TRUSTED without a terminal.
 */
export async function agreeLogins(
  context: Context,
  folder: string,
  logins: readonly TrustNeed[],
): Promise<ReadonlySet<string>> {
  if (logins.length === 0) return new Set();
  const record = await readTrust(context, folder);
  const [agreed, declined] = [record?.needs ?? [], record?.declined ?? []].map((list) => new Set(list.map(keyOfNeed)));
  const known = logins.filter((need) => agreed?.has(keyOfNeed(need)));
  const missing = logins.filter((need) => !agreed?.has(keyOfNeed(need)) && !declined?.has(keyOfNeed(need)));
  if (missing.length > 0) {
    const lines = ['The git remotes of this project name hosts that you did not agree to:', ...missing.map(printNeed)];
    if (!context.prompt.interactive) throw refuseTrust(lines, { needs: logins, missing });
    const hosts = missing.map(({ content }) => content).join(' and ');
    const yes = await context.prompt.confirm(`Lend your git login for ${hosts} to this project?`, false);
    await writeTrust(context, folder, {
      needs: [...(record?.needs ?? []), ...(yes ? missing : [])],
      declined: yes ? [] : missing,
    });
    if (yes) known.push(...missing);
  }
  return new Set(known.map(({ content }) => content));
}
