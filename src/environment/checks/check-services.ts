import { atKey, atValue, quote, type UnplacedProblem, type Path } from '../problem.ts';
import { isMap, type Keys } from '../../model/json.ts';
import { asList, ownEntries } from '../shapes.ts';

/** Names with another meaning on the network of a workspace. */
export const reservedNames: Readonly<Record<string, string>> = {
  workspace: 'on the network, this is the name of the workspace itself',
  localhost: 'this name always means the container itself',
};

/** Problems of services that a schema cannot describe: source, readiness and dependencies. */
export function checkServices(services: Keys): UnplacedProblem[] {
  const written = Object.entries(services).filter(
    (entry): entry is [string, Keys] => isMap(entry[1]) && !entry[0].startsWith('x-'),
  );
  return [
    ...written.flatMap(([name, service]) => [
      ...checkName(name),
      ...checkSource(service, ['services', name]),
      ...checkReady(service['ready'], ['services', name, 'ready']),
      ...checkRunOnce(service, ['services', name]),
      ...checkNetwork(service, services, ['services', name]),
    ]),
    ...checkDependencies(new Map(written)),
  ];
}

function checkName(name: string): UnplacedProblem[] {
  const meaning = Object.hasOwn(reservedNames, name) ? reservedNames[name] : undefined;
  return meaning === undefined ? [] : [atKey(['services', name], `a service cannot have this name: ${meaning}`)];
}

function checkSource({ image, build, command }: Keys, path: Path): UnplacedProblem[] {
  const expected = '"image" or "build"';
  if (image === undefined && build === undefined) return [atKey(path, 'the image is missing', expected)];
  if (image !== undefined && build !== undefined) {
    return [atKey([...path, 'build'], 'a service has either an image or a build', expected)];
  }
  const base = isMap(build) ? build['base'] : undefined;
  if (command !== undefined || !isMap(base) || base['bootstrap'] === undefined) return [];
  return [atKey(path, 'a bootstrapped image has no command of its own', '"command"')];
}

function checkReady(ready: unknown, path: Path): UnplacedProblem[] {
  if (!isMap(ready)) return [];
  const expected = 'one of "command", "tcp" and "http"';
  const [first, second] = ['command', 'tcp', 'http'].filter((key) => ready[key] !== undefined);
  if (first === undefined) return [atKey(path, 'the check is missing', expected)];
  if (second !== undefined) return [atKey([...path, second], 'there is more than one check', expected)];
  const { tcp } = ready;
  if (typeof tcp !== 'string' && typeof tcp !== 'number') return [];
  const port = Number(String(tcp).split(':').at(-1));
  if (port >= 1 && port <= 65535) return [];
  return [atValue([...path, 'tcp'], 'the port is out of range', 'a port from 1 to 65535')];
}

function checkRunOnce({ until, ready, restart }: Keys, path: Path): UnplacedProblem[] {
  if (until !== 'completed') return [];
  return [
    ...(ready === undefined
      ? []
      : [atKey([...path, 'ready'], 'a service with "until: completed" is ready when it has ended', 'no "ready"')]),
    ...(restart === 'always' || restart === 'unless-stopped'
      ? [atValue([...path, 'restart'], 'the engine would start a service with "until: completed" again for ever')]
      : []),
  ];
}

/** A shared network belongs to its owner; on that of the machine, the workspace does not find the service. */
function checkNetwork({ network, ports, ready, limits }: Keys, services: Keys, path: Path): UnplacedProblem[] {
  if (typeof network !== 'string') return [];
  const [kind, target = ''] = network.split(':');
  const asked = isMap(ready) && (ready['tcp'] !== undefined || ready['http'] !== undefined);
  const hosts = isMap(limits) && limits['extra_hosts'] !== undefined;
  return [
    ...(kind === 'service' && !isMap(services[target])
      ? [atValue([...path, 'network'], `there is no service ${quote(target)}`)]
      : []),
    ...(ports === undefined
      ? []
      : [atKey([...path, 'ports'], 'the service has no ports of its own: it uses another network')]),
    ...(hosts && kind !== 'host'
      ? [atKey([...path, 'limits', 'extra_hosts'], 'names of hosts belong to the container whose network it uses')]
      : []),
    ...(kind === 'host' && asked
      ? [atKey([...path, 'ready'], "the workspace does not reach a service on the machine's network", 'a command')]
      : []),
  ];
}

/** Dependencies on services that do not exist, and a cycle. */
function checkDependencies(services: ReadonlyMap<string, Keys>): UnplacedProblem[] {
  const needs = (name: string): readonly unknown[] => namesOf(services.get(name)?.['depends_on']);
  const all = (name: string): readonly unknown[] => [...needs(name), ...sharedWith(services.get(name))];
  const unknown = [...services.keys()].flatMap((name) =>
    needs(name).flatMap((other, index): UnplacedProblem[] => {
      if (typeof other !== 'string' || services.has(other)) return [];
      const path = ['services', name, 'depends_on'];
      const message = `there is no service ${quote(other)}`;
      return [
        isMap(services.get(name)?.['depends_on'])
          ? atKey([...path, other], message)
          : atValue([...path, index], message),
      ];
    }),
  );
  const cycle = findCycle([...services.keys()], (name) => all(name).filter((one) => typeof one === 'string'));
  if (cycle === undefined) return unknown;
  const [first = ''] = cycle;
  const way = [...cycle, first].map(quote).join(' waits for ');
  return [...unknown, atKey(['services', first, 'depends_on'], `services wait for each other: ${way}`)];
}

/** The service whose network another one uses. */
const sharedWith = (service: Keys | undefined): readonly string[] => {
  const network = service?.['network'];
  return typeof network === 'string' && network.startsWith('service:') ? [network.slice('service:'.length)] : [];
};

const namesOf = (needs: unknown): readonly unknown[] =>
  isMap(needs) ? ownEntries(needs).map(([name]) => name) : asList(needs);

/** The names of a cycle in its order, starting with the one that is first in the file. */
export function findCycle(
  names: readonly string[],
  needs: (name: string) => readonly string[],
): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    const at = way.indexOf(name);
    if (at >= 0) return way.slice(at);
    if (done.has(name)) return undefined;
    for (const next of needs(name)) {
      const found = visit(next, [...way, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of names) {
    const found = visit(name, []);
    if (found === undefined) continue;
    const start = Math.min(...found.map((one) => names.indexOf(one)).filter((index) => index >= 0));
    const at = found.indexOf(names[start] ?? '');
    return [...found.slice(at), ...found.slice(0, at)];
  }
  return undefined;
}
