import type { Drift, PackageItem } from '../../model/drift.ts';
import type { Items } from '../../model/item.ts';
import type { Declared, InstallRequests, PinStyle, Proposal as ProviderProposal } from '../../providers/proposal.ts';
import { providers, undeclared } from '../../providers/registry.ts';

const noRequests: InstallRequests = { pinned: new Map(), recommended: new Map() };

type Declare = ProviderProposal['declare'];

/** What devenv.yaml can declare of a drift, and what it cannot. */
export interface Proposal {
  /** Items to declare. */
  readonly set: readonly ProposedItem[];
  /** Ids of items to drop, since their package was removed. */
  readonly unset: readonly string[];
  /** What only the image has: a clean build does not reproduce it. */
  readonly opaque: readonly Opaque[];
}

interface ProposedItem {
  readonly id: string;
  readonly value: string;
  /** For people: `jq 1.6-2.1`. */
  readonly title: string;
}

export interface Opaque {
  readonly title: string;
  readonly reason: string;
}

/**
 * Divides a drift into items that a provider can declare, and the opaque rest.
 * `asked`: the items of devenv.yaml. `foreign`: packages that no source of the
 * environment has, with the reason. Dependencies are not declared: they are
 * installed with the package that needs them. `requests`: by provider.
 */
export function proposeDeclarations(
  drift: Drift,
  asked: Items,
  foreign: ReadonlyMap<string, string>,
  pin: PinStyle,
  requests: ReadonlyMap<string, InstallRequests> = new Map(),
): Proposal {
  const set: ProposedItem[] = [];
  const unset: string[] = [];
  const opaque: Opaque[] = [];
  for (const group of drift.groups) {
    const { cause } = group;
    if (cause === 'noise' || cause === 'records') continue;
    const provider = providers.find(({ causes }) => cause in causes);
    if (provider === undefined || provider.proposal === 'none') {
      const reason =
        undeclared.find(({ causes }) => cause in causes)?.reason ?? group.advice ?? 'devenv.yaml cannot declare it';
      opaque.push(...group.items.map((item) => ({ title: titleOf(item), reason })));
      continue;
    }
    for (const item of group.items) {
      if (item.kind !== 'package') continue;
      const id = `${provider.name}:${item.name}`;
      const isAsked = Object.hasOwn(asked, id);
      const { pinned } = requests.get(provider.name) ?? noRequests;
      if (!isAsked && provider.proposal.isPulledIn(item, cause)) continue;
      if (item.change === 'removed') {
        if (isAsked) unset.push(id);
        else opaque.push({ title: `${item.name} (removed)`, reason: 'devenv.yaml does not declare it' });
        continue;
      }
      const title = titleOf(item);
      const isPinned = item.version !== undefined && pinned.get(item.name) === item.version;
      const told = (requests.get(provider.name) ?? noRequests).declared?.get(item.name);
      const declared = declare(item, id, provider.proposal.declare, asked, foreign, pin, isPinned, told);
      if (declared.kind === 'opaque') opaque.push({ title, reason: declared.reason });
      else set.push({ id: declared.id, value: declared.value, title });
    }
  }
  return { set, unset: unset.sort(), opaque };
}

function declare(
  item: PackageItem,
  id: string,
  how: Declare,
  asked: Items,
  foreign: ReadonlyMap<string, string>,
  pin: PinStyle,
  pinned: boolean,
  told: Declared | undefined,
): Declared {
  const reason = foreign.get(id);
  if (reason !== undefined) return { kind: 'opaque', reason };
  if (item.version === undefined) return { kind: 'opaque', reason: 'its version is not known' };
  return how({ item, version: item.version, declared: asked[id], pinned, told }, pin, asked);
}

const titleOf = ({ name, ...item }: { readonly name: string; readonly version?: string }): string =>
  item.version === undefined ? name : `${name} ${item.version}`;
