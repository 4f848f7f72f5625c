import { set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';
import { asMap, type Keys } from '../../../model/json.ts';
import { asList } from '../../../environment/shapes.ts';
import { isForWork } from '../import/compose-file.ts';
import { parseServices, readService } from '../import/compose-use.ts';
import { dotenvFiles, findLocalAddresses, type LocalAddress } from './local-addresses.ts';

/** In the order in which Compose looks. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The services of a compose file that are neither built from the project nor for work: what it needs beside itself. By reference. */
export function detectCompose(files: ProjectFiles): readonly Entry[] {
  const { file, services, written } = readCompose(files);
  const pulled = services.filter(({ isBuilt }) => !isBuilt);
  const beside = pulled.filter((one) => !one.isForWork);
  if (beside.length === 0) return pulled.slice(0, 1).flatMap(({ name }) => workIn(name, file, files));
  const needed = beside.map(({ name }) => name);
  const local = dotenvFiles.flatMap((each) =>
    findLocalAddresses(Object.fromEntries(needed.map((name) => [name, written[name]])), each, files.text(each)),
  );
  const from = [file, ...local.slice(0, 3).map(describeLocal)].join('; ');
  return [
    set(from, 'compose', needed.length === services.length ? file : { file, services: needed }),
    ...services.flatMap(({ name, env }) =>
      needed.includes(name) ? [] : listAddresses(`${file} (${name})`, env, needed),
    ),
  ];
}

const describeLocal = ({ file, variable, outside, inside }: LocalAddress): string =>
  `${outside} in ${variable} (${file}) is ${inside} in the workspace`;

/** The service to work in becomes the workspace: the others, which the project builds, run beside it. */
function workIn(workspace: string, file: string, files: ProjectFiles): readonly Entry[] {
  const { folder } = readService([files.text(file) ?? ''], file, workspace);
  return [set(file, 'compose', { file, workspace }), ...(folder === undefined ? [] : [set(file, 'folder', folder)])];
}

/** Variables by which the other services find these: `redis://cache:6379`. The workspace needs them, too. */
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
  readonly isForWork: boolean;
  /** Of a list or a map, what has a value. */
  readonly env: Keys;
}

interface ComposeFile {
  readonly file: string;
  readonly services: readonly ComposeService[];
  /** As the file has them. */
  readonly written: Keys;
}

function readCompose(files: ProjectFiles): ComposeFile {
  const file = composeNames.find((path) => files.text(path) !== undefined) ?? '';
  const written = parseServices(files.text(file) ?? '');
  return { file, written, services: listServices(written) };
}

function listServices(written: Keys): readonly ComposeService[] {
  return Object.entries(written).map(([name, service]) => {
    const { build, extends: other, depends_on: needs, image, environment } = asMap(service);
    return {
      name,
      env: readEnv(environment),
      isForWork: isForWork(service),
      isBuilt: build !== undefined || (image === undefined && (other !== undefined || needs !== undefined)),
    };
  });
}

/** A map, or a list of `NAME=value`. */
const readEnv = (written: unknown): Keys =>
  Array.isArray(written)
    ? Object.fromEntries(asList(written).map((one) => String(one).split(/=(.*)/s, 2) as [string, string]))
    : asMap(written);
