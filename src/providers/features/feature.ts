import type { Environment } from '../../model/environment.ts';
import type { Feature } from '../../model/features/feature.ts';
import type { Step } from '../../model/plan.ts';
import { compareItems, nameOf } from '../compare-items.ts';
import { either, list, map, text } from '../fragment.ts';
import { withoutPackages, type Provider } from '../provider.ts';
import { printFeatureItem, printRequest, readFeatureItem } from './feature-item.ts';
import { featureName, featureSource, optionName } from './feature-grammar.ts';

const value = { pattern: '^[^\\u0000]{0,2000}$', expected: 'text or a boolean' };
const option = { type: ['string', 'boolean', 'number'], pattern: value.pattern, patternErrorMessage: value.expected };

/**
 * Dev Container Features. Items: `feature:SOURCE` → digest, options and
 * metadata in JSON, so that a version says by itself what its Features are.
 */
export const feature = {
  ...withoutPackages,
  name: 'feature',
  schema: {
    features: map(
      featureSource,
      either([{ type: ['string', 'number'], pattern: value.pattern }, map(optionName, option)]),
      {
        description:
          'Dev Container Features, each with its options: by name in a registry, by the https address of a .tgz, or a folder of the project. A text alone is the option `version`.',
        default: {},
        examples: [
          { 'ghcr.io/devcontainers/features/go:1': { version: '1.22' } },
          { 'ghcr.io/devcontainers/features/git:1': {}, './features/tools': {} },
        ],
      },
    ),
    feature_order: list(text(featureName), {
      description:
        'Features, named without their versions, that are installed before all others, in this order, as far as what they depend on allows.',
      default: [],
      examples: [['ghcr.io/devcontainers/features/common-utils']],
    }),
  },
  declaration: {
    kind: 'by hand',
    set: (name, item) => `add the Feature ${name} again: ${JSON.stringify(readFeatureItem(name, item)?.options ?? {})}`,
    unset: (name) => `remove the Feature ${name}`,
  },
  describe: (item) => {
    const known = readFeatureItem('', item);
    if (known === undefined) return 'not read yet';
    const options = Object.entries(known.options).map(([name, one]) => `${name}=${String(one)}`);
    return [known.metadata.version ?? known.digest.slice(0, 19), ...options].join(' ');
  },
  items: ({ features: { requests, installed } }) =>
    Object.fromEntries(
      installed === undefined
        ? requests.map(({ source, options }) => [`feature:${source}`, printRequest(options)])
        : installed.map((each) => [`feature:${each.name}`, printFeatureItem(each)]),
    ),
  plan: (wanted, recorded, environment) => {
    const { added, changed, removed } = compareItems(wanted, recorded);
    // What an install.sh did is not known, so it cannot be undone.
    const [gone, other] = [removed[0], changed[0]];
    if (gone !== undefined) return { kind: 'rebuild', cause: `the Feature ${nameOf(gone)} was removed` };
    if (other !== undefined) return { kind: 'rebuild', cause: `the Feature ${nameOf(other)} changed` };
    const due = new Set(added.map(nameOf));
    const { installed, requests } = environment.features;
    if (installed === undefined)
      return requests.filter(({ source }) => due.has(source)).map(({ source }) => unread(source));
    const late = installed.find(({ name, after }) => !due.has(name) && after.some((before) => due.has(before)));
    if (late !== undefined)
      return { kind: 'rebuild', cause: `the Feature ${late.name} has to be installed after one that is new` };
    return installed.filter(({ name }) => due.has(name)).map((each) => planStep(each, environment));
  },
  bill: {
    known: ({ items }) =>
      Object.entries(items).map(([id, item]) => {
        const { digest, metadata } = readFeatureItem(nameOf(id), item) ?? {};
        return {
          ...{ type: 'generic', name: nameOf(id).replace(/#[0-9]+$/, '') },
          ...(metadata?.version !== undefined && { version: metadata.version }),
          ...(digest !== undefined && { sha256: digest.slice('sha256:'.length) }),
        };
      }),
    files: [],
  },
  advice: {},
} satisfies Provider;

/** A step of a plan that is only shown: a build reads all Features before it plans. */
const unread = (source: string): Step => ({
  ...{
    id: `feature:${source}`,
    title: `install the Feature ${source}`,
    cause: 'new in devenv.yaml, not read yet',
    actions: [],
  },
});

function planStep({ name, source, digest, options, metadata }: Feature, { user, features }: Environment): Step {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const given = Object.entries(metadata.options ?? {}).flatMap(([key, { default: standard }]) => {
    const chosen = Object.hasOwn(options, key) ? options[key] : standard;
    return chosen === undefined ? [] : [[variableOf(key), String(chosen)] as const];
  });
  const asked = features.requests.some((request) => request.source === source);
  return {
    id: `feature:${name}`,
    title: `install the Feature ${name}${metadata.deprecated ? ', which is deprecated' : ''}`,
    cause: asked ? 'new in devenv.yaml' : 'another Feature depends on it',
    ...(metadata.containerEnv !== undefined && { env: metadata.containerEnv }),
    actions: [
      {
        ...{ kind: 'feature', source, digest, options: Object.fromEntries(given) },
        env: { _REMOTE_USER: user, _CONTAINER_USER: user, _REMOTE_USER_HOME: home, _CONTAINER_USER_HOME: home },
      },
    ],
  };
}

/** The variable of an option, as the specification forms it. */
const variableOf = (name: string): string =>
  name
    .replace(/\W/g, '_')
    .replace(/^[\d_]+/, '_')
    .toUpperCase();
