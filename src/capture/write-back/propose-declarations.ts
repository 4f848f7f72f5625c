import type { Drift, PackageItem } from '../../model/drift.ts';
import type { Items } from '../../model/item.ts';
import type { Declared, PinStyle, Proposal as ProviderProposal } from '../../providers/provider.ts';
import { providers, undeclared } from '../../providers/registry.ts';

type Declare = ProviderProposal['declare'];

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

/**
 * Sorts a drift into what a provider can declare and what stays opaque.
 * `asked`: the items of devenv.yaml. `foreign`: packages that no source of the
 * environment has, with the reason. Packages that were pulled in are not
 * declared: they come again with the package that needs them.
 */
export function proposeDeclarations(
  drift: Drift,
  asked: Items,
  foreign: ReadonlyMap<string, string>,
  pin: PinStyle,
): Proposal {
  const set: ProposedItem[] = [];
  const unset: string[] = [];
  const opaque: Opaque[] = [];
  for (const group of drift.groups) {
    const { cause } = group;
    if (cause === 'noise' || cause === 'records') continue;
    const provider = providers.find(({ causes }) => cause in causes);
    if (provider === undefined || provider.proposal === 'none') {
      const reason = undeclared.find(({ causes }) => cause in causes)?.reason ?? 'devenv.yaml cannot say it';
      opaque.push(...group.items.map((item) => ({ title: titleOf(item), reason })));
      continue;
    }
    for (const item of group.items) {
      if (item.kind !== 'package') continue;
      const id = `${provider.name}:${item.name}`;
      const isAsked = Object.hasOwn(asked, id);
      if (!isAsked && provider.proposal.isPulledIn(item, cause)) continue;
      if (item.change === 'removed') {
        if (isAsked) unset.push(id);
        else opaque.push({ title: `${item.name} (removed)`, reason: 'devenv.yaml does not ask for it' });
        continue;
      }
      const declared = declare(item, id, provider.proposal.declare, { asked, foreign, pin });
      if (declared.kind === 'opaque') opaque.push({ title: titleOf(item), reason: declared.reason });
      else set.push({ id: declared.id, value: declared.value, title: titleOf(item) });
    }
  }
  return { set, unset: unset.sort(), opaque };
}

function declare(
  item: PackageItem,
  id: string,
  how: Declare,
  {
    asked,
    foreign,
    pin,
  }: { readonly asked: Items; readonly foreign: ReadonlyMap<string, string>; readonly pin: PinStyle },
): Declared {
  const reason = foreign.get(id);
  if (reason !== undefined) return { kind: 'opaque', reason };
  if (item.version === undefined) return { kind: 'opaque', reason: 'its version is not known' };
  return how({ item, version: item.version, declared: asked[id] }, pin, asked);
}

const titleOf = ({ name, ...item }: { readonly name: string; readonly version?: string }): string =>
  item.version === undefined ? name : `${name} ${item.version}`;
