import type { Drift, PackageItem } from '../../model/drift.ts';
import type { Items } from '../../model/item.ts';
import type { PinStyle, Provider } from '../../providers/provider.ts';
import { npmPlace } from '../drift/explain/list-inventory.ts';

/** What devenv.yaml can say of a workspace's drift, and what it cannot. */
export interface Proposal {
  /** Items to ask for, each with what brought it. */
  readonly set: readonly ProposedItem[];
  /** Ids of items not to ask for any more, since a person removed the package. */
  readonly unset: readonly string[];
  /** What stays in the image alone: a clean build does not bring it back. */
  readonly opaque: readonly Opaque[];
}

export interface ProposedItem {
  readonly id: string;
  readonly value: string;
  /** For people: `jq 1.6-2.1`. */
  readonly title: string;
}

export interface Opaque {
  readonly title: string;
  readonly reason: string;
}

const noPlace: Readonly<Record<string, string>> = {
  pip: 'devenv.yaml has no list of Python packages',
  cargo: 'devenv.yaml has no list of Rust crates',
  gem: 'devenv.yaml has no list of Ruby gems',
  go: 'devenv.yaml has no list of Go programs',
  runtime: 'only `tools` brings runtimes, and this one was brought by hand',
};

/**
 * Sorts a drift into what a provider can declare and what stays opaque.
 * `asked`: the items of devenv.yaml. `foreign`: packages that no source of the
 * environment has, with the reason. What was pulled in needs no word: it comes
 * again with what pulled it in.
 */
export function proposeDeclarations(
  drift: Drift,
  asked: Items,
  foreign: ReadonlyMap<string, string>,
  pin: PinStyle,
  providers: readonly Provider[],
): Proposal {
  const set: ProposedItem[] = [];
  const unset: string[] = [];
  const opaque: Opaque[] = [];
  for (const group of drift.groups) {
    if (group.cause === 'noise' || group.cause === 'records') continue;
    if (group.cause !== 'apt' && group.cause !== 'apt-dependency' && group.cause !== 'npm') {
      const reason = noPlace[group.cause] ?? 'devenv.yaml cannot say it';
      opaque.push(...group.items.map((item) => ({ title: titleOf(item), reason })));
      continue;
    }
    const provider = group.cause === 'npm' ? 'npm' : 'apt';
    for (const item of group.items) {
      const id = `${provider}:${item.name}`;
      const isAsked = Object.hasOwn(asked, id);
      if (group.cause === 'apt-dependency' && !isAsked) continue;
      if (item.change === 'removed') {
        if (isAsked) unset.push(id);
        else opaque.push({ title: `${item.name} (removed)`, reason: 'devenv.yaml does not ask for it' });
        continue;
      }
      const refusal = refuse(item, id, provider, asked, foreign);
      const declared = refusal ?? declare(item, provider, asked[id], pin, providers);
      if (typeof declared === 'string') opaque.push({ title: titleOf(item), reason: declared });
      else set.push(declared);
    }
  }
  return { set, unset: unset.sort(), opaque };
}

/** Why a clean build could not bring a package, where that is known. */
function refuse(
  item: PackageItem,
  id: string,
  provider: string,
  asked: Items,
  foreign: ReadonlyMap<string, string>,
): string | undefined {
  if (foreign.has(id)) return foreign.get(id);
  if (provider === 'apt')
    return item.change === 'changed' && !Object.hasOwn(asked, id) && item.before !== undefined
      ? 'it came with the base or with another package, in another version'
      : undefined;
  if (item.place !== npmPlace) return `it is not in ${npmPlace}, where devenv installs`;
  const npm = Object.hasOwn(asked, 'node') || Object.hasOwn(asked, 'apt:npm');
  return npm ? undefined : 'devenv.yaml does not ask for npm itself; add `tools: {node: …}` first';
}

function declare(
  item: PackageItem,
  provider: string,
  declared: string | undefined,
  pin: PinStyle,
  providers: readonly Provider[],
): ProposedItem | string {
  const { version } = item;
  if (version === undefined) return 'its version is not known';
  const how = providers.find(({ name }) => name === provider)?.declare;
  const answer = how?.({ name: item.name, version, ...(declared !== undefined && { declared }) }, pin);
  if (answer === undefined) return 'devenv.yaml cannot say it';
  if (answer.kind === 'opaque') return answer.reason;
  return { id: answer.id, value: answer.value, title: titleOf(item) };
}

const titleOf = ({ name, ...item }: { readonly name: string; readonly version?: string }): string =>
  item.version === undefined ? name : `${name} ${item.version}`;
