import { findProvider } from '../../providers/registry.ts';
import { atKey, atValue, quote, type UnplacedProblem, type Path } from '../problem.ts';
import { asMap, isMap, type Keys } from '../../model/json.ts';
import { asList, findRepeats } from '../shapes.ts';
import { checkBase, checkBuildBase, checkBuildSecrets, checkImage } from './check-base.ts';
import { checkDownloads } from './check-downloads.ts';
import { checkFolder, checkMounts, checkTarget } from './check-mounts.ts';
import { checkNetworks } from './check-networks.ts';
import { checkServices } from './check-services.ts';
import { checkTasks } from './check-tasks.ts';
import { checkVolumes } from './check-volumes.ts';
import { parseEnvValue } from '../env-references.ts';

/** Problems that a schema cannot describe. The value may also violate the schema. */
export function check(root: Keys): UnplacedProblem[] {
  const services = Object.entries(asMap(root['services']));
  return [
    ...checkVersion(root['version']),
    ...checkImage(root['image'], ['image'], true),
    ...checkBase(root['base'], ['base']),
    ...checkBuildSecrets(root),
    ...checkPackages(root['packages'], ['packages']),
    ...checkNames(root['repositories'], 'repositories'),
    ...checkDownloads(root['downloads'], root['folder']),
    ...checkFiles(root['files'], root['folder']),
    ...checkRun(root['run']),
    ...checkPorts([
      [['ports'], root['ports']],
      ...services.map(([name, service]) => [['services', name, 'ports'], asMap(service)['ports']] as const),
      ...Object.entries(asMap(asMap(root['compose'])['ports'])).map(
        ([name, ports]) => [['compose', 'ports', name], ports] as const,
      ),
    ]),
    ...checkFolder(root['folder']),
    ...checkHostNetwork(root),
    ...checkNetworks(root),
    ...checkMounts(asList(root['volumes']), root, ['volumes']),
    ...services.flatMap(([name, service]) => checkService(asMap(service), ['services', name])),
    ...checkVolumes(root),
    ...checkServices(asMap(root['services'])),
    ...checkTasks(asMap(root['tasks'])),
    ...checkEnv(asMap(root['env']), asMap(root['tasks'])),
  ];
}

/** Keys that contradict `network: host`. */
function checkHostNetwork({ network, ports, services, compose }: Keys): UnplacedProblem[] {
  if (network !== 'host') return [];
  const declared = Object.keys(asMap(services)).filter((name) => !name.startsWith('x-'));
  const names = compose === undefined ? declared : [...declared, 'compose'];
  return [
    ...(asList(ports).length > 0
      ? [
          atKey(
            ['ports'],
            'with "network: host", every port of the workspace is one of the machine already; remove this',
          ),
        ]
      : []),
    ...(names.length > 0
      ? [
          atValue(
            ['network'],
            `services have a network of their own, on which their names are known (${names.map(quote).join(', ')}); a workspace with "network: host" cannot be on it`,
          ),
        ]
      : []),
  ];
}

function checkVersion(version: unknown): UnplacedProblem[] {
  if (typeof version !== 'number' || version <= 1) return [];
  return [atValue(['version'], `format ${version} is newer than this devenv, which reads format 1; update devenv`)];
}

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

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const checkNames = (entries: unknown, key: string): UnplacedProblem[] =>
  findRepeats(entries, (entry) => textOf(asMap(entry)['name'])).map(({ index, key: name }) =>
    atValue([key, index, 'name'], `${quote(name)} is listed twice`),
  );

function checkFiles(files: unknown, folder: unknown): UnplacedProblem[] {
  const hidden = asList(files).flatMap((entry, index): UnplacedProblem[] => {
    const to = textOf(asMap(entry)['to']) ?? '';
    return checkTarget(to, folder, ['files', index, 'to']);
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
    ...checkBuildBase(service['build'], [...path, 'build']),
    ...checkPackages(build['packages'], [...path, 'build', 'packages']),
  ];
}

/** References in `env` that cannot be read, and those of tasks, whose values are plain text. */
function checkEnv(env: Keys, tasks: Keys): UnplacedProblem[] {
  return [
    ...Object.entries(env).flatMap(([name, value]): UnplacedProblem[] => {
      const parts = typeof value === 'string' ? parseEnvValue(value) : [];
      if (typeof parts !== 'string') return [];
      const message = parts.startsWith('${host:')
        ? `${quote(parts)} needs a default`
        : `${quote(parts)} is not a reference; write $$ for a dollar sign`;
      return [atValue(['env', name], message, '${NAME}, ${NAME:-default} or ${host:NAME:-default}')];
    }),
    ...Object.entries(tasks).flatMap(([task, written]) =>
      Object.entries(asMap(asMap(written)['env'])).flatMap(([name, value]) =>
        typeof value === 'string' && value.includes('${')
          ? [atValue(['tasks', task, 'env', name], `a task has no references in its variables: ${quote(value)}`)]
          : [],
      ),
    ),
  ];
}
