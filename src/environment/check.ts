import { defaultFolder } from '../model/environment.ts';
import { findProvider } from '../providers/registry.ts';
import { checkFolder } from './check-folder.ts';
import { checkMounts } from './check-mounts.ts';
import { checkServices } from './check-services.ts';
import { parseImageReference } from './image-reference.ts';
import { atKey, atValue, quote, type UnplacedProblem, type Path } from './problem.ts';
import { asList, asMap, isMap, type Keys } from './shapes.ts';

/** Problems that a schema cannot describe. The value may also violate the schema. */
export function check(root: Keys): UnplacedProblem[] {
  const services = Object.entries(asMap(root['services']));
  return [
    ...checkVersion(root['version']),
    ...checkImage(root['image'], ['image'], true),
    ...checkBase(root['base'], ['base']),
    ...checkPackages(root['packages'], ['packages']),
    ...checkFiles(root['files'], root['folder']),
    ...checkRun(root['run']),
    ...checkPorts([
      [['ports'], root['ports']],
      ...services.map(([name, service]) => [['services', name, 'ports'], asMap(service)['ports']] as const),
    ]),
    ...checkFolder(root['folder']),
    ...checkMounts(asList(root['volumes']), root['folder'], ['volumes']),
    ...services.flatMap(([name, service]) => checkService(asMap(service), ['services', name])),
    ...checkServices(asMap(root['services'])),
  ];
}

function checkVersion(version: unknown): UnplacedProblem[] {
  if (typeof version !== 'number' || version <= 1) return [];
  return [atValue(['version'], `format ${version} is newer than this devenv, which reads format 1; update devenv`)];
}

function checkImage(image: unknown, path: Path, isRepository = false): UnplacedProblem[] {
  if (typeof image !== 'string') return [];
  const reference = parseImageReference(image);
  if (reference.kind === 'invalid') return [atValue(path, `${quote(image)} is not an image: ${reference.problem}`)];
  if (!isRepository || (reference.tag === undefined && reference.digest === undefined)) return [];
  const message = `${quote(image)} has a tag or digest, but devenv adds one for each version`;
  return [atValue(path, message, 'only the name')];
}

function checkBase(base: unknown, path: Path): UnplacedProblem[] {
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
  return [...findings, ...misplaced.map(({ key, right }) => atKey([...path, key], `this key needs "${right}"`))];
}

const baseKinds = ['image', 'bootstrap', 'dockerfile'] as const;

/** The other keys of each kind of base. */
const partners: Readonly<Record<(typeof baseKinds)[number], readonly string[]>> = {
  image: ['fallback'],
  bootstrap: ['mirror', 'suite', 'include'],
  dockerfile: ['context', 'target', 'args'],
};

/** Packages that are listed twice. `path`: that of the map of ecosystems. */
export function checkPackages(packages: unknown, path: Path): UnplacedProblem[] {
  return Object.entries(asMap(packages)).flatMap(([provider, list]) => {
    const declaration = findProvider(provider)?.declaration;
    const nameOf = (entry: string): string => (declaration?.kind === 'list' ? declaration.parse(entry).name : entry);
    return findRepeats(list, (spec) => (typeof spec === 'string' ? nameOf(spec) : undefined)).map(({ index, key }) =>
      atValue([...path, provider, index], `${quote(key)} is listed twice`),
    );
  });
}

/** Entries of a list whose key an earlier entry has. */
function findRepeats(
  list: unknown,
  keyOf: (entry: unknown) => string | undefined,
): readonly { readonly index: number; readonly key: string }[] {
  const seen = new Set<string>();
  return asList(list).flatMap((entry, index) => {
    const key = keyOf(entry);
    if (key === undefined) return [];
    if (seen.has(key)) return [{ index, key }];
    seen.add(key);
    return [];
  });
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function checkFiles(files: unknown, folder: unknown): UnplacedProblem[] {
  const project = textOf(folder)?.replace(/\/$/, '') ?? defaultFolder;
  const hidden = asList(files).flatMap((entry, index): UnplacedProblem[] => {
    const to = textOf(asMap(entry)['to']) ?? '';
    const path = ['files', index, 'to'];
    if (`${to}/`.startsWith(`${project}/`)) {
      return [atValue(path, `the project folder is mounted at ${project} and would hide the file`)];
    }
    if (!/^\/(?:proc|sys|dev)(?:\/|$)/.test(to)) return [];
    return [atValue(path, 'the engine mounts its own folder there and would hide the file')];
  });
  const repeated = findRepeats(files, (entry) => textOf(asMap(entry)['to']));
  return [
    ...hidden,
    ...repeated.map(({ index, key }) => atValue(['files', index, 'to'], `${quote(key)} is listed twice`)),
  ];
}

function checkRun(run: unknown): UnplacedProblem[] {
  const nameOf = (entry: unknown): string | undefined => textOf(asMap(entry)['name']);
  const names = findRepeats(run, nameOf);
  const commands = findRepeats(run, (entry) => {
    return nameOf(entry) === undefined ? textOf(isMap(entry) ? entry['run'] : entry) : undefined;
  });
  return [
    ...names.map(({ index, key }) => atValue(['run', index, 'name'], `${quote(key)} is listed twice`)),
    ...commands.map(({ index }) =>
      atValue(['run', index], 'the same command is listed twice; give one of them a name'),
    ),
  ];
}

function checkPorts(lists: readonly (readonly [Path, unknown])[]): UnplacedProblem[] {
  const taken = new Set<string>();
  return lists.flatMap(([path, list]) =>
    asList(list).flatMap((port, index): UnplacedProblem[] => {
      const place = [...path, index];
      if (typeof port === 'string' && port.startsWith('[')) {
        return [atValue(place, `${quote(port)} has an IPv6 address`, 'an IPv4 address such as 127.0.0.1:8080:80')];
      }
      const form = /^(?:([0-9.]+\.[0-9.]+):)?(?:([0-9]+):)?([0-9]+)(?:\/(tcp|udp))?$/;
      const [, address, host, container, protocol = 'tcp'] = form.exec(String(port)) ?? [];
      if (container === undefined) return [];
      if ([host ?? container, container].some((number) => Number(number) < 1 || Number(number) > 65535)) {
        // The schema reports a number that is out of range.
        return typeof port === 'string'
          ? [atValue(place, `${quote(port)} is out of range`, 'ports from 1 to 65535')]
          : [];
      }
      if (address?.split('.').some((part) => Number(part) > 255) === true) {
        return [atValue(place, `${quote(address)} is not an address`)];
      }
      const key = `${host ?? container}/${protocol}`;
      if (taken.has(key)) return [atValue(place, `the host port ${host ?? container} is listed twice`)];
      taken.add(key);
      return [];
    }),
  );
}

function checkService(service: Keys, path: Path): UnplacedProblem[] {
  const build = asMap(service['build']);
  return [
    ...checkImage(service['image'], [...path, 'image']),
    ...checkBuildBase(build, [...path, 'build']),
    ...checkPackages(build['packages'], [...path, 'build', 'packages']),
  ];
}

/** An image of a service is built from a base, or from a Dockerfile. */
function checkBuildBase(build: Keys, path: Path): UnplacedProblem[] {
  const { base, dockerfile } = build;
  if (Object.keys(build).length === 0) return [];
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
