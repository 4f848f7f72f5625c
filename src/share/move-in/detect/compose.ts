import { set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { asMap, type Keys } from '../../../model/json.ts';
import { asList } from '../../../environment/shapes.ts';
import { readYaml } from '../../../environment/yaml/read-yaml.ts';
import { toValue } from '../../../environment/yaml/to-value.ts';

/** In the order in which Compose looks. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The services of a compose file that are not built from the project: what it needs beside itself. By reference. */
export function detectCompose(files: ProjectFiles): readonly Entry[] {
  const { file, services } = readCompose(files);
  const needed = services.filter(({ isBuilt }) => !isBuilt).map(({ name }) => name);
  if (needed.length === 0) return [];
  return [
    set(file, 'compose', needed.length === services.length ? file : { file, services: needed }),
    ...services.flatMap(({ name, isBuilt, env }) => (isBuilt ? listAddresses(`${file} (${name})`, env, needed) : [])),
  ];
}

/** Variables by which what is built from the project finds the services: `redis://cache:6379`. The workspace needs them, too. */
function listAddresses(from: string, env: Keys, services: readonly string[]): readonly Entry[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const hosts = typeof value === 'string' && !value.includes('$') ? value.split(/[^\w.-]+/) : [];
    return services.some((service) => hosts.includes(service)) && /^[A-Za-z_]\w*$/.test(name)
      ? [set(from, `env.${name}`, String(value))]
      : [];
  });
}

/** All services of a compose file that builds each of them: for a project that says nothing else of what it is made with. */
export function detectBuiltServices(files: ProjectFiles): readonly Entry[] {
  const { file, services } = readCompose(files);
  return services.length > 0 && services.every(({ isBuilt }) => isBuilt) ? [set(file, 'compose', file)] : [];
}

interface ComposeService {
  readonly name: string;
  readonly isBuilt: boolean;
  /** Of a list or a map, what has a value. */
  readonly env: Keys;
}

function readCompose(files: ProjectFiles): { readonly file: string; readonly services: readonly ComposeService[] } {
  const file = composeNames.find((path) => files.text(path) !== undefined) ?? '';
  return { file, services: listServices(files.text(file) ?? '') };
}

function listServices(text: string): readonly ComposeService[] {
  const yaml = readYaml(text);
  const { services } = asMap(yaml.kind === 'read' ? toValue(yaml.root).value : undefined);
  return Object.entries(asMap(services)).map(([name, service]) => {
    const { build, extends: other, depends_on: needs, image, environment } = asMap(service);
    return {
      name,
      env: readEnv(environment),
      isBuilt: build !== undefined || (image === undefined && (other !== undefined || needs !== undefined)),
    };
  });
}

/** A map, or a list of `NAME=value`. */
const readEnv = (written: unknown): Keys =>
  Array.isArray(written)
    ? Object.fromEntries(asList(written).map((one) => String(one).split(/=(.*)/s, 2) as [string, string]))
    : asMap(written);
