import { checkMounts } from './check-mounts.ts';
import { checkServices } from './check-services.ts';
import { parseImageReference } from './image-reference.ts';
import type { Finding, Path } from './problem.ts';
import { quote } from './problem.ts';

type Map = Readonly<Record<string, unknown>>;

/** What a schema cannot say. Takes what the schema may have refused elsewhere: nothing is of a type before it was looked at. */
export function check(root: Map): Finding[] {
  const services = Object.entries(asMap(root['services']));
  return [
    ...checkVersion(root['version']),
    ...checkImage(root['image'], ['image'], true),
    ...checkBase(root['base'], ['base']),
    ...Object.entries(asMap(root['packages'])).flatMap(([name, list]) => checkRepeats(list, ['packages', name])),
    ...checkFiles(root['files']),
    ...checkRun(root['run']),
    ...checkPorts([[['ports'], root['ports']], ...services.map(portsOf)]),
    ...checkMounts(asList(root['volumes']), ['volumes']),
    ...services.flatMap(([name, service]) => checkService(asMap(service), ['services', name])),
    ...checkServices(asMap(root['services'])),
  ];
}

const asMap = (value: unknown): Map =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Map) : {};
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const portsOf = ([name, service]: [string, unknown]): [Path, unknown] => [
  ['services', name, 'ports'],
  asMap(service)['ports'],
];

function checkVersion(version: unknown): Finding[] {
  if (typeof version !== 'number' || version <= 1) return [];
  return [
    {
      path: ['version'],
      at: 'value',
      message: `format ${version} is newer than this devenv, which reads format 1; update devenv`,
    },
  ];
}

function checkImage(image: unknown, path: Path, isRepository = false): Finding[] {
  if (typeof image !== 'string') return [];
  const reference = parseImageReference(image);
  if (reference.kind === 'invalid') {
    return [{ path, at: 'value', message: `${quote(image)} is not an image: ${reference.problem}` }];
  }
  if (!isRepository || (reference.tag === undefined && reference.digest === undefined)) return [];
  return [
    {
      path,
      at: 'value',
      message: `${quote(image)} has a tag or digest, which devenv gives to each version itself`,
      expected: 'the name alone',
    },
  ];
}

function checkBase(base: unknown, path: Path): Finding[] {
  if (typeof base === 'string') return checkImage(base, path);
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return [];
  const { image, bootstrap } = base as Map;
  const findings = checkImage(image, [...path, 'image']);
  const misplaced = (keys: readonly string[], partner: string): void => {
    for (const key of keys.filter((name) => Object.hasOwn(base, name))) {
      findings.push({ path: [...path, key], at: 'key', message: `this key goes with "${partner}" only` });
    }
  };
  if (image === undefined && bootstrap === undefined) {
    return [{ path, at: 'value', message: 'it says neither what to start from', expected: '"image" or "bootstrap"' }];
  }
  if (image !== undefined && bootstrap !== undefined) {
    const message = 'an image is not assembled; where it cannot be had, "fallback: {bootstrap: …}" is';
    return [...findings, { path: [...path, 'bootstrap'], at: 'key', message, expected: '"image" or "bootstrap"' }];
  }
  misplaced(
    image === undefined ? ['fallback'] : ['mirror', 'suite', 'include'],
    image === undefined ? 'image' : 'bootstrap',
  );
  return findings;
}

/** The name in a spec: `git=1.2` → git, `@a/b@2` → @a/b. */
const nameOf = (spec: string): string => spec.replace(/(?<=.)[@=].*$/, '');

/** Packages that are in a list of packages more than once. */
export function checkRepeats(list: unknown, path: Path): Finding[] {
  const names = new Set<string>();
  return asList(list).flatMap((spec, index): Finding[] => {
    if (typeof spec !== 'string') return [];
    const name = nameOf(spec);
    if (!names.has(name)) {
      names.add(name);
      return [];
    }
    return [{ path: [...path, index], at: 'value', message: `${quote(name)} is there twice` }];
  });
}

function checkFiles(files: unknown): Finding[] {
  const targets = new Set<unknown>();
  return asList(files).flatMap((entry, index): Finding[] => {
    const { to } = asMap(entry);
    if (typeof to !== 'string') return [];
    const place = { path: ['files', index, 'to'], at: 'value' } as const;
    if (to === '/workspace' || to.startsWith('/workspace/')) {
      return [{ ...place, message: 'the project folder is mounted at /workspace and would hide the file' }];
    }
    if (/^\/(?:proc|sys|dev)(?:\/|$)/.test(to)) {
      return [{ ...place, message: 'the engine mounts its own folder there and would hide the file' }];
    }
    const repeated = targets.has(to);
    targets.add(to);
    return repeated ? [{ ...place, message: `${quote(to)} is there twice` }] : [];
  });
}

function checkRun(run: unknown): Finding[] {
  const names = new Set<unknown>();
  const commands = new Set<unknown>();
  return asList(run).flatMap((entry, index): Finding[] => {
    const name = asMap(entry)['name'];
    if (typeof name === 'string') {
      const repeated = names.has(name);
      names.add(name);
      return repeated ? [{ path: ['run', index, 'name'], at: 'value', message: `${quote(name)} is there twice` }] : [];
    }
    const command = typeof entry === 'string' ? entry : asMap(entry)['run'];
    const repeated = typeof command === 'string' && commands.has(command);
    commands.add(command);
    if (!repeated) return [];
    return [{ path: ['run', index], at: 'value', message: 'the same command is there twice; give one of them a name' }];
  });
}

function checkPorts(lists: readonly (readonly [Path, unknown])[]): Finding[] {
  const taken = new Set<string>();
  const findings: Finding[] = [];
  for (const [path, list] of lists) {
    for (const [index, port] of asList(list).entries()) {
      if (typeof port !== 'number' && typeof port !== 'string') continue;
      const place = { path: [...path, index], at: 'value' } as const;
      const [spec = '', protocol = 'tcp'] = String(port).split('/');
      const numbers = spec.split(':').filter((part) => !part.includes('.'));
      if (numbers.some((number) => Number(number) < 1 || Number(number) > 65535)) {
        if (typeof port === 'string') {
          findings.push({ ...place, message: `${quote(port)} is out of range`, expected: 'ports from 1 to 65535' });
        }
        continue;
      }
      const address = spec.split(':').find((part) => part.includes('.')) ?? '';
      if (address.split('.').some((part) => Number(part) > 255)) {
        findings.push({ ...place, message: `${quote(address)} is no address` });
        continue;
      }
      const key = `${numbers[0] ?? ''}/${protocol}`;
      if (taken.has(key)) findings.push({ ...place, message: `the host port ${numbers[0] ?? ''} is there twice` });
      taken.add(key);
    }
  }
  return findings;
}

function checkService(service: Map, path: Path): Finding[] {
  const build = asMap(service['build']);
  return [
    ...checkImage(service['image'], [...path, 'image']),
    ...checkBase(build['base'], [...path, 'build', 'base']),
    ...Object.entries(asMap(build['packages'])).flatMap(([name, list]) =>
      checkRepeats(list, [...path, 'build', 'packages', name]),
    ),
  ];
}
