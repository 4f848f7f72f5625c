import { findNearest } from '../../errors/find-nearest.ts';
import { parseImageReference } from '../image-reference.ts';
import { atKey, atValue, quote, type Path, type UnplacedProblem } from '../problem.ts';
import { asMap, isMap, type Keys } from '../../model/json.ts';
import { asList } from '../shapes.ts';

/** Problems of a reference. */
export function checkImage(image: unknown, path: Path, isRepository = false): UnplacedProblem[] {
  if (typeof image !== 'string') return [];
  const reference = parseImageReference(image);
  if (reference.kind === 'invalid') return [atValue(path, `${quote(image)} is not an image: ${reference.problem}`)];
  if (!isRepository || (reference.tag === undefined && reference.digest === undefined)) return [];
  const message = `${quote(image)} has a tag or digest, but devenv adds one for each version`;
  return [atValue(path, message, 'only the name')];
}

/** Problems of a base that a schema cannot describe. */
export function checkBase(base: unknown, path: Path): UnplacedProblem[] {
  if (typeof base === 'string') return checkImage(base, path);
  if (!isMap(base)) return [];
  const kinds = baseKinds.filter((kind) => base[kind] !== undefined);
  const [kind, other] = kinds;
  const expected = '"image", "bootstrap" or "dockerfile"';
  if (kind === undefined) return [atValue(path, 'the base is missing', expected)];
  const findings = checkImage(base['image'], [...path, 'image']);
  if (other !== undefined) {
    const both = kinds.includes('dockerfile') ? '' : '; for both, use "fallback: {bootstrap: …}"';
    return [
      ...findings,
      atKey([...path, other], `a base is either an image, bootstrapped or a Dockerfile${both}`, expected),
    ];
  }
  const misplaced = baseKinds.flatMap((right) =>
    right === kind ? [] : partners[right].filter((key) => Object.hasOwn(base, key)).map((key) => ({ key, right })),
  );
  const release = kind === 'bootstrap' ? base : asMap(base['fallback']);
  return [
    ...findings,
    ...misplaced.map(({ key, right }) => atKey([...path, key], `this key needs "${right}"`)),
    ...checkRelease(release, kind === 'bootstrap' ? path : [...path, 'fallback']),
  ];
}

/** Releases on Debian's mirrors, future ones included as far as they have a name. */
const releases = [
  ...['buster', 'bullseye', 'bookworm', 'trixie', 'forky', 'duke', 'sid'],
  ...['oldoldstable', 'oldstable', 'stable', 'testing', 'unstable'],
];

/** A release that does not exist. Another mirror may have others, but no name that is nearly one of Debian's. */
function checkRelease({ bootstrap, suite, mirror }: Keys, path: Path): UnplacedProblem[] {
  const name = suite ?? bootstrap;
  if (typeof name !== 'string' || releases.includes(name)) return [];
  const nearest = findNearest(name, releases);
  if (nearest === undefined && mirror !== undefined) return [];
  const key = suite === undefined ? 'bootstrap' : 'suite';
  const problem = atValue([...path, key], `Debian has no release ${quote(name)}`);
  return [{ ...problem, ...(nearest !== undefined && { suggestion: nearest }) }];
}

const baseKinds = ['image', 'bootstrap', 'dockerfile'] as const;

/** The other keys of each kind of base. */
const partners: Readonly<Record<(typeof baseKinds)[number], readonly string[]>> = {
  image: ['fallback'],
  bootstrap: ['mirror', 'suite', 'include'],
  dockerfile: ['context', 'target', 'args', 'secrets'],
};

/** An image of a service is built from a base, or from a Dockerfile. */
export function checkBuildBase(build: unknown, path: Path): UnplacedProblem[] {
  if (!isMap(build)) return [];
  const { base, dockerfile } = build;
  const expected = '"base" or "dockerfile"';
  if (base === undefined && dockerfile === undefined) return [atValue(path, 'the base is missing', expected)];
  if (base !== undefined && dockerfile !== undefined) {
    return [atKey([...path, 'dockerfile'], 'an image is built either from a base or from a Dockerfile', expected)];
  }
  if (dockerfile !== undefined) return [];
  const misplaced = partners.dockerfile.filter((key) => Object.hasOwn(build, key));
  return [
    ...checkBase(base, [...path, 'base']),
    ...misplaced.map((key) => atKey([...path, key], 'this key needs "dockerfile"')),
  ];
}

/** Secrets of builds that `secrets` does not name. */
export function checkBuildSecrets(root: Keys): UnplacedProblem[] {
  const names = asList(root['secrets']).flatMap((secret) => {
    const name = isMap(secret) ? secret['name'] : secret;
    return typeof name === 'string' ? [name] : [];
  });
  const check = (build: unknown, path: Path): UnplacedProblem[] =>
    asList(asMap(build)['secrets']).flatMap((name, index) => {
      if (typeof name !== 'string' || names.includes(name)) return [];
      const problem = atValue([...path, 'secrets', index], `there is no secret ${quote(name)}`, 'a name of "secrets"');
      const suggestion = findNearest(name, names);
      return [suggestion === undefined ? problem : { ...problem, suggestion }];
    });
  const services = Object.entries(asMap(root['services'])).flatMap(([name, service]) => {
    const build = asMap(service)['build'];
    return [
      ...check(build, ['services', name, 'build']),
      ...check(asMap(build)['base'], ['services', name, 'build', 'base']),
    ];
  });
  return [...check(root['base'], ['base']), ...services];
}
