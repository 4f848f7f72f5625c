import type { PackageItem } from '../model/drift.ts';
import type { Environment } from '../model/environment.ts';
import type { Items } from '../model/item.ts';
import type { Action, Step } from '../model/plan.ts';
import { nameOf, removalStep, stepFor, type Comparison } from './compare-items.ts';
import { withoutPackages, type Declaration, type Provider } from './provider.ts';
import type { Declared, FoundPackage, PinStyle, Proposal } from './proposal.ts';
import type { Pins } from './pins.ts';
import { validateText } from './validate-text.ts';

/** How the entries of one list under `packages` are written, and their items. */
interface PackageSyntax {
  /** The provider's name, and the list's. */
  readonly key: string;
  /** For errors: `a Debian package`. */
  readonly noun: string;
  readonly name: RegExp;
  readonly version: RegExp;
  /** Between the name and the version of an entry. */
  readonly separator: string;
  /** The value of an item without a version. */
  readonly any: string;
  /** In front of the version in the value of an item. */
  readonly prefix: string;
  /** Whether the value of an item asks for a version. Default: it names exactly that one, or none. */
  readonly fits?: (value: string, version: string) => boolean;
  /** `1.2` asks for the newest 1.2.x. */
  readonly hasRanges?: boolean;
  readonly normalise?: (name: string) => string;
}

/** What all providers share whose packages are entries of a list under `packages`: `name`, or a name with a version. */
export class PackageList {
  /** What the list decides of its provider. */
  readonly parts;
  readonly declaration: Extract<Declaration, { kind: 'list' }>;
  readonly #syntax: PackageSyntax;

  constructor(syntax: PackageSyntax) {
    this.#syntax = syntax;
    this.declaration = { kind: 'list', parse: this.#parse, print: this.#print };
    const { declaration, describe, items } = this;
    this.parts = { ...withoutPackages, name: syntax.key, declaration, describe, items } satisfies Partial<Provider>;
  }

  readonly validateName = (name: string): string =>
    validateText(this.#syntax.name, name, `name of ${this.#syntax.noun}`);

  readonly validateVersion = (version: string): string =>
    validateText(this.#syntax.version, version, `version of ${this.#syntax.noun}`);

  /** The version that the value of an item asks for. Not validated. */
  readonly versionOf = (value: string): string | undefined => {
    const [bare] = splitOptions(value);
    return bare === this.#syntax.any ? undefined : bare.slice(this.#syntax.prefix.length);
  };

  readonly describe = (value: string): string => (this.versionOf(value) ?? '') + splitOptions(value)[1];

  readonly items = ({ packages }: Environment): Items =>
    Object.fromEntries(
      (packages[this.#syntax.key] ?? []).map((entry) => {
        const { name, value } = this.#parse(entry);
        this.validateVersion(this.versionOf(value) ?? '0');
        return [`${this.#syntax.key}:${this.validateName(name)}`, value];
      }),
    );

  /** True for text of an image that a list can hold. */
  readonly isPackage = (name: string, version: string): boolean =>
    this.#syntax.name.test(name) && this.#syntax.version.test(version);

  /** A package as devenv.yaml would declare it: what it says of it already, as far as that holds, else by `pin`. */
  declare({ item: { name }, version, declared, pinned }: FoundPackage, pin: PinStyle): Declared {
    const { key, any, prefix, hasRanges = false, fits } = this.#syntax;
    if (!this.isPackage(name, version)) return { kind: 'opaque', reason: 'devenv.yaml cannot name it' };
    const exact = `${prefix}${version}`;
    const [known, options] = splitOptions(declared ?? '');
    const keeps = known === any || (fits?.(known, version) ?? false);
    const minor = (hasRanges ? /^\d+\.\d+(?=\.\d+$)/.exec(version)?.[0] : any) ?? exact;
    const fresh = pin === 'exact' ? exact : pin === 'minor' ? minor : any;
    const unpinned = declared === undefined ? fresh : keeps ? known : exact;
    return { kind: 'item', id: `${key}:${name}`, value: (pinned ? exact : unpinned) + options };
  }

  /**
   * Proposes the packages of a drift that lie where the provider installs. `elsewhere`: why another one cannot be
   * declared; `refuse`: why one that lies there cannot, if so. `asked`: the items of devenv.yaml.
   */
  propose(
    isOwn: (place: string) => boolean,
    elsewhere: (found: FoundPackage) => string,
    refuse: (found: FoundPackage, asked: Items) => string | undefined = () => undefined,
  ): Proposal {
    return {
      declare: (found, pin, asked) => {
        const reason = isOwn(found.item.place ?? '') ? refuse(found, asked) : elsewhere(found);
        return reason === undefined ? this.declare(found, pin) : { kind: 'opaque', reason };
      },
      isPulledIn: ({ origin }) => origin === 'dependency',
      installed: (items) => installedIn(items, isOwn),
      requests: 'none',
    };
  }

  planRemoval(names: readonly string[], actions: readonly Action[]): readonly Step[] {
    return removalStep(this.#syntax.key, names, actions);
  }

  /** `install`: gets the ids that are new or changed, sorted. */
  planInstall(
    { due, cause }: Comparison,
    wanted: Items,
    install: (ids: readonly string[]) => readonly Action[],
  ): readonly Step[] {
    const { key, any } = this.#syntax;
    const titles = due.map((id) => this.#print(nameOf(id), wanted[id] ?? any));
    return stepFor(titles, { id: key, title: 'install', cause, actions: install(due) });
  }

  readonly #parse = (entry: string): { readonly name: string; readonly value: string } => {
    const { separator, any, prefix, normalise = (name) => name } = this.#syntax;
    const [spec, options] = splitOptions(entry);
    const at = spec.indexOf(separator, 1);
    if (at === -1) return { name: normalise(spec), value: any + options };
    return { name: normalise(spec.slice(0, at)), value: `${prefix}${spec.slice(at + separator.length)}${options}` };
  };

  readonly #print = (name: string, value: string): string => {
    const version = this.versionOf(value);
    const [, options] = splitOptions(value);
    return (version === undefined ? name : `${name}${this.#syntax.separator}${version}`) + options;
  };
}

/** An entry or value, and words such as ` +recommends` behind it. */
function splitOptions(text: string): readonly [bare: string, options: string] {
  const at = text.indexOf(' +');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at)];
}

/** Exact versions of the packages of a drift that lie where a provider installs. */
const installedIn = (items: readonly PackageItem[], isOwn: (place: string) => boolean): Pins =>
  Object.fromEntries(
    items.flatMap(({ name, version, place = '' }) =>
      version !== undefined && isOwn(place) ? [[name, version] as const] : [],
    ),
  );
