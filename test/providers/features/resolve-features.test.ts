import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FeatureMetadata, FeatureOptions, KnownFeature } from '../../../src/model/features/feature.ts';
import type { Digest } from '../../../src/model/version.ts';
import { resolveFeatures } from '../../../src/providers/features/resolve-features.ts';

const at = (name: string): string => `reg.example.com/f/${name}`;

/** Features by source: what each depends on, comes after, and else says. */
type Shelf = Readonly<Record<string, Partial<FeatureMetadata>>>;

/** Equal for all tags of a name. */
const digestOf = (source: string): Digest =>
  `sha256:${createHash('sha256')
    .update(source.replace(/:[^:/]*$/, ''))
    .digest('hex')}`;

const finder =
  (shelf: Shelf) =>
  (source: string): KnownFeature | undefined => {
    const found = shelf[source];
    const id = /([^/:]+)(?::[^/]*)?$/.exec(source)?.[1] ?? '';
    return found && { digest: digestOf(source), metadata: { id, ...found } };
  };

function order(
  shelf: Shelf,
  requests: readonly (string | readonly [string, FeatureOptions])[],
  names: readonly string[] = [],
): readonly string[] {
  const asked = requests.map((one) => (typeof one === 'string' ? ([one, {}] as const) : one));
  const selection = { requests: asked.map(([source, options]) => ({ source, options })), order: names };
  const resolved = resolveFeatures(selection, finder(shelf));
  if (resolved.kind === 'unknown') return resolved.sources.map((source) => `unknown ${source}`);
  return resolved.features.map(({ name }) => name.replace('reg.example.com/f/', ''));
}

const plain = (...names: readonly string[]): Shelf => Object.fromEntries(names.map((name) => [at(name), {}]));
const needs = (...names: readonly string[]): Partial<FeatureMetadata> => ({
  dependsOn: Object.fromEntries(names.map((name) => [at(name), {}])),
});
const after = (...names: readonly string[]): Partial<FeatureMetadata> => ({ installsAfter: names.map(at) });

describe('the order of Features', () => {
  it('is by name if nothing else says', () => {
    expect(order(plain('b', 'a', 'c'), [at('c'), at('b'), at('a')])).toEqual(['a', 'b', 'c']);
  });

  it('installs what a Feature depends on before it, through all levels', () => {
    const shelf = { [at('a')]: needs('y'), [at('y')]: needs('z'), [at('z')]: {} };
    expect(order(shelf, [at('a')])).toEqual(['z', 'y', 'a']);
  });

  it('installs the foot of a diamond once', () => {
    const shelf = { [at('a')]: needs('l', 'r'), [at('l')]: needs('z'), [at('r')]: needs('z'), [at('z')]: {} };
    expect(order(shelf, [at('a')])).toEqual(['z', 'l', 'r', 'a']);
  });

  it('installs one Feature twice if it is wanted with different options', () => {
    const option = { options: { kind: { type: 'string' as const } } };
    const shelf = {
      [at('a')]: { dependsOn: { [at('z')]: { kind: 'x' } } },
      [at('b')]: { dependsOn: { [at('z')]: { kind: 'y' } } },
      [at('z')]: option,
    };
    expect(order(shelf, [at('a'), at('b')])).toEqual(['z', 'z#2', 'a', 'b']);
    expect(order({ ...shelf, [at('b')]: shelf[at('a')] ?? {} }, [at('a'), at('b')])).toEqual(['z', 'a', 'b']);
  });

  it('takes two tags of the same content for one Feature', () => {
    const shelf = { [at('go:1')]: {}, [at('go:1.2')]: {} };
    expect(order(shelf, [at('go:1'), at('go:1.2')])).toEqual(['go:1']);
  });

  it('installs after others that are wanted, and adds none for it', () => {
    const shelf = { ...plain('z'), [at('a')]: after('z', 'not-wanted') };
    expect(order(shelf, [at('a'), at('z')])).toEqual(['z', 'a']);
    expect(order(shelf, [at('a')])).toEqual(['a']);
  });

  it('does not take "installs after" through a third one', () => {
    const shelf = { [at('a')]: after('m'), [at('m')]: after('z'), [at('z')]: {} };
    expect(order(shelf, [at('a'), at('z')])).toEqual(['a', 'z']);
  });

  it('counts a Feature that is there as a dependency', () => {
    const shelf = { [at('a')]: after('z'), [at('b')]: needs('z'), [at('z')]: {} };
    expect(order(shelf, [at('a'), at('b')])).toEqual(['z', 'a', 'b']);
  });

  it('knows a Feature by an earlier id, on either side', () => {
    const shelf = { [at('a')]: after('old-name'), [at('new-name')]: { legacyIds: ['old-name'] } };
    expect(order(shelf, [at('a'), at('new-name')])).toEqual(['new-name', 'a']);
    const other = { [at('a')]: after('new-name'), [at('old-name')]: { id: 'new-name', legacyIds: ['old-name'] } };
    expect(order(other, [at('a'), at('old-name')])).toEqual(['old-name', 'a']);
  });

  it('names Features without their tags', () => {
    const shelf = { [at('a:1')]: after('z'), [at('z:2.1')]: {} };
    expect(order(shelf, [at('a:1'), at('z:2.1')])).toEqual(['z:2.1', 'a:1']);
  });

  it('follows feature_order as soon as dependencies allow', () => {
    const shelf = { ...plain('a', 'b', 'c'), [at('d')]: needs('c') };
    expect(order(shelf, ['a', 'b', 'c', 'd'].map(at), [at('d'), at('b')])).toEqual(['b', 'a', 'c', 'd']);
    expect(order(plain('a', 'b', 'c'), ['a', 'b', 'c'].map(at), [at('c'), at('b')])).toEqual(['c', 'b', 'a']);
  });

  it('puts an older tag before a newer one, and the latest last', () => {
    const shelf = { [at('go:1.10')]: {}, [at('go:1.9')]: {}, [at('go')]: {} };
    const option = { options: { kind: { type: 'string' as const } } };
    const found = order(
      Object.fromEntries(Object.keys(shelf).map((source) => [source, option])),
      [[at('go'), { kind: 'c' }], [at('go:1.10'), { kind: 'b' }], [at('go:1.9'), { kind: 'a' }]], // prettier-ignore
    );
    expect(found).toEqual(['go:1.9', 'go:1.10', 'go']);
  });

  it.each([
    ['two', { [at('a')]: needs('b'), [at('b')]: needs('a') }],
    ['one', { [at('a')]: needs('a') }],
    ['a soft and a hard one', { [at('a')]: needs('b'), [at('b')]: after('a') }],
  ])('names a circle of %s', (_, shelf: Shelf) => {
    expect(() => order(shelf, [at('a')])).toThrow(
      expect.objectContaining({ code: 'FEATURE_INVALID', message: expect.stringMatching(/circle: .*a → .*a\./) }),
    );
  });

  it('refuses a name in feature_order that no Feature has, and says which was meant', () => {
    expect(() => order(plain('golang'), [at('golang')], [at('golamg')])).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', suggestions: [`Did you mean "${at('golang')}"?`] }),
    );
  });
});

describe('what is not known yet', () => {
  it('is named, one level after the other', () => {
    const shelf: Record<string, Partial<FeatureMetadata>> = {};
    expect(order(shelf, [at('a'), at('b')])).toEqual([`unknown ${at('a')}`, `unknown ${at('b')}`]);
    Object.assign(shelf, { [at('a')]: needs('z'), [at('b')]: {} });
    expect(order(shelf, [at('a'), at('b')])).toEqual([`unknown ${at('z')}`]);
  });

  it('has an end: a registry that names ever more Features is refused', () => {
    const endless = (source: string): KnownFeature => ({
      digest: digestOf(source),
      metadata: { id: 'x', dependsOn: { [`${source}x`]: {} } },
    });
    const selection = { requests: [{ source: at('x'), options: {} }], order: [] };
    expect(() => resolveFeatures(selection, endless)).toThrow(/depend on more than 60 Features/);
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [at(`w${String(index)}`), {}]));
    const find = (source: string): KnownFeature | undefined =>
      source === at('x') ? { digest: digestOf(source), metadata: { id: 'x', dependsOn: wide } } : undefined;
    expect(() => resolveFeatures(selection, find)).toThrow(/depend on more than 60 Features/);
  });

  it.each(['./config', '../up', '/etc', 'file:///etc/passwd', 'git', 'Reg.example.com/f/a b'])(
    'is not taken from %s on the word of a published Feature',
    (source) => {
      expect(() => order({ [at('a')]: { dependsOn: { [source]: {} } } }, [at('a')])).toThrow(
        expect.objectContaining({ code: 'FEATURE_INVALID' }),
      );
    },
  );

  it('may be a folder of the project if another folder depends on it', () => {
    const shelf = { './features/a': { dependsOn: { './features/b': {} } }, './features/b': {} };
    expect(order(shelf, ['./features/a'])).toEqual(['./features/b', './features/a']);
  });
});

describe('options', () => {
  const shelf: Shelf = {
    [at('go')]: {
      options: {
        version: { type: 'string', default: 'latest' },
        flavour: { type: 'string', enum: ['small', 'large'] },
        lint: { type: 'boolean', default: true },
      },
    },
    [at('bare')]: {},
    [at('user')]: { dependsOn: { [at('go')]: { versoin: '1' } } },
  };

  it.each([{}, { version: '1.22' }, { lint: false }, { lint: 'true' }, { flavour: 'small' }, { version: true }])(
    'take %j',
    (options: FeatureOptions) => {
      expect(order(shelf, [[at('go'), options]])).toEqual(['go']);
    },
  );

  it.each<readonly [string, FeatureOptions, string, string | undefined]>([
    ['go', { verison: '1' }, 'no option "verison". It has: version, flavour, lint.', 'version'],
    ['go', { flavour: 'smal' }, 'no value "smal" for its option "flavour". It has: small, large.', 'small'],
    ['go', { lint: 'yes' }, 'no value "yes" for its option "lint". It has: true, false.', undefined],
    ['go', { constructor: 'x' }, 'no option "constructor"', undefined],
    ['bare', { version: '1' }, 'no option "version". It has none.', undefined],
  ])('of %s refuse %j', (name, options, message, nearest) => {
    expect(() => order(shelf, [[at(name), options]])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(message),
        suggestions: nearest === undefined ? [] : [`Did you mean "${nearest}"?`],
      }),
    );
  });

  it('of a dependency are refused in the name of the Feature that sets them', () => {
    expect(() => order(shelf, [at('user')])).toThrow(
      /The Feature reg\.example\.com\/f\/user sets .* no option "versoin"/,
    );
  });
});
