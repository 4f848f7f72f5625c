import type { Finding, Path } from './problem.ts';
import { quote } from './problem.ts';

type Map = Readonly<Record<string, unknown>>;

/** Names that mean something else on the workspace's network. */
const reserved: Readonly<Record<string, string>> = {
  workspace: 'the workspace itself has this name on the network',
  localhost: 'this name means the container itself, wherever it is used',
};

/** What a schema cannot say of services: what they start from, how they tell that they are ready, whom they wait for. */
export function checkServices(services: Map): Finding[] {
  const written = Object.entries(services).flatMap(([name, service]): [string, Map][] =>
    isMap(service) && !name.startsWith('x-') ? [[name, service]] : [],
  );
  return [
    ...written.flatMap(([name, service]) => [
      ...checkName(name),
      ...checkSource(service, ['services', name]),
      ...checkReady(service['ready'], ['services', name, 'ready']),
    ]),
    ...checkDependencies(new Map(written)),
  ];
}

const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);

function checkName(name: string): Finding[] {
  const meaning = Object.hasOwn(reserved, name) ? reserved[name] : undefined;
  if (meaning === undefined) return [];
  return [{ path: ['services', name], at: 'key', message: `a service cannot be called so: ${meaning}` }];
}

function checkSource(service: Map, path: Path): Finding[] {
  const [image, build] = [service['image'], service['build']];
  const expected = '"image" or "build"';
  if (image === undefined && build === undefined)
    return [{ path, at: 'key', message: 'it does not say what to run', expected }];
  if (image !== undefined && build !== undefined)
    return [{ path: [...path, 'build'], at: 'key', message: 'an image is not built', expected }];
  const base = isMap(build) ? build['base'] : undefined;
  if (service['command'] !== undefined || !isMap(base) || base['bootstrap'] === undefined) return [];
  const message = 'an image that is assembled from packages runs nothing by itself';
  return [{ path, at: 'key', message, expected: '"command"' }];
}

const checks = ['command', 'tcp', 'http'];

function checkReady(ready: unknown, path: Path): Finding[] {
  if (!isMap(ready)) return [];
  const written = checks.filter((key) => ready[key] !== undefined);
  const expected = 'one of "command", "tcp" and "http"';
  if (written.length === 0) return [{ path, at: 'key', message: 'it does not say what to check', expected }];
  const [, second] = written;
  if (second !== undefined) return [{ path: [...path, second], at: 'key', message: 'one check is enough', expected }];
  const { tcp } = ready;
  if (typeof tcp !== 'string' && typeof tcp !== 'number') return [];
  const port = Number(String(tcp).split(':').at(-1));
  if (port >= 1 && port <= 65535) return [];
  return [
    { path: [...path, 'tcp'], at: 'value', message: 'the port is out of range', expected: 'a port from 1 to 65535' },
  ];
}

/** Every name must be that of a service, and no service may wait for itself, by whatever way. */
function checkDependencies(services: ReadonlyMap<string, Map>): Finding[] {
  const needs = (name: string): readonly string[] => {
    const list = services.get(name)?.['depends_on'];
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  };
  const unknown = [...services.keys()].flatMap((name) =>
    needs(name).flatMap((other, index): Finding[] =>
      services.has(other)
        ? []
        : [
            {
              path: ['services', name, 'depends_on', index],
              at: 'value',
              message: `there is no service ${quote(other)}`,
            },
          ],
    ),
  );
  const cycle = findCycle([...services.keys()], needs);
  if (cycle === undefined) return unknown;
  const [first = ''] = cycle;
  const way = [...cycle, first].map(quote).join(' waits for ');
  return [...unknown, { path: ['services', first, 'depends_on'], at: 'key', message: `this never ends: ${way}` }];
}

/** The names of a cycle in its order, beginning with the one that is first in the file. */
function findCycle(
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
