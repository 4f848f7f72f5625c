import { posix } from 'node:path';
import { asMap, isMap, type Keys } from '../../../model/json.ts';
import { asList } from '../../../environment/shapes.ts';
import { readYaml } from '../../../environment/yaml/read-yaml.ts';
import { toValue } from '../../../environment/yaml/to-value.ts';
import type { Value } from '../proposal.ts';
import { sourceOf, type Import, type ImportWorld } from './imported.ts';

/** `dockerComposeFile` and what belongs to it: the file by reference, the base of the service that is the workspace. */
export async function importComposeUse(
  into: Import,
  { dockerComposeFile, service, runServices, workspaceFolder, remoteUser, forwardPorts }: Keys,
  { file, read }: ImportWorld,
  folder: string | undefined,
): Promise<void> {
  const [first, ...more] = (Array.isArray(dockerComposeFile) ? dockerComposeFile : [dockerComposeFile]).filter(
    (each): each is string => typeof each === 'string',
  );
  if (first === undefined) return into.lose('dockerComposeFile', 'it names no file');
  const paths = [first, ...more].map((each) => posix.join(posix.dirname(file), each));
  const path = paths[0] ?? first;
  const texts = await Promise.all(paths.map(async (each) => (await read(each)) ?? ''));
  const name = typeof service === 'string' ? service : undefined;
  const others = asList(runServices).filter((one): one is string => typeof one === 'string' && one !== name);
  const forwards = asList(forwardPorts).flatMap((port) => parseForward(String(port)) ?? []);
  const there = new Set(texts.flatMap((text) => Object.keys(parseServices(text))));
  const opened = forwards.filter(({ host }) => host !== name && there.has(host));
  const ports = new Map<string, number[]>();
  for (const { host, number } of opened) ports.set(host, [...(ports.get(host) ?? []), number]);
  const use: Value = {
    file: more.length === 0 ? path : paths,
    ...(runServices !== undefined && { services: others }),
    ...(name !== undefined && { workspace: name }),
    ...(opened.length > 0 && { ports: Object.fromEntries(ports) }),
  };
  // The place of the project has to fit to what the compose file mounts.
  const { user, ...found } = readService(texts, path, name);
  // Commands run as remoteUser, whoever the service runs as.
  const own = user === undefined || remoteUser !== undefined ? found : { ...found, user };
  addWorkspaceKeys(into, 'dockerComposeFile', own, folder);
  if (workspaceFolder !== undefined) into.refer('workspaceFolder', 'folder');
  into.map('dockerComposeFile', 'compose', use);
  if (service !== undefined) into.refer('service', 'compose.workspace');
  for (const { host, number } of opened) into.refer(`forwardPorts: ${host}:${String(number)}`, 'compose.ports');
  if (runServices !== undefined) into.refer('runServices', 'compose.services');
}

/** `db:5432`: a port of another service. */
export function parseForward(text: string): { readonly host: string; readonly number: number } | undefined {
  const [, host, number] = /^([A-Za-z][\w.-]*):(\d+)$/.exec(text) ?? [];
  return host === undefined ? undefined : { host, number: Number(number) };
}

/** Of the service that is the workspace: what devenv.yaml says in its place. */
export interface WorkspaceService {
  readonly base: Value;
  readonly user?: string;
  /** Where it mounts the project. */
  readonly folder?: string;
}

export function addWorkspaceKeys(
  into: Import,
  field: string,
  found: WorkspaceService,
  folder: string | undefined,
): void {
  const add = (key: string, value: Value): void =>
    void into.entries.push({ path: [key], value, from: sourceOf(into.file, field) });
  add('base', found.base);
  const place = found.folder ?? folder;
  if (place !== undefined) add('folder', place);
  if (found.user !== undefined) add('user', found.user);
}

/** `texts`: of the compose file at `path`, and of those that are merged on top of it. */
export function readService(texts: readonly string[], path: string, name: string | undefined): WorkspaceService {
  const written = texts.map((text) => asMap(parseServices(text)[name ?? '']));
  const { image, user } = Object.assign({}, ...written) as Keys;
  const builds = written.map(({ build }) => build).filter((build) => build !== undefined);
  const build = builds.every(isMap) && builds.length > 0 ? (Object.assign({}, ...builds) as Keys) : builds.at(-1);
  const volumes = written.flatMap((one) => asList(one['volumes'])).reverse();
  const below = posix.dirname(path);
  return {
    base: readBase(image, build, below),
    ...(typeof user === 'string' && /^[a-z_][\w-]*(?::.*)?$/.test(user) && { user: user.split(':')[0] ?? user }),
    ...readMount(volumes, below),
  };
}

export function parseServices(text: string): Keys {
  const yaml = readYaml(text);
  return asMap(asMap(yaml.kind === 'read' ? toValue(yaml.root).value : undefined)['services']);
}

function readBase(image: unknown, build: unknown, below: string): Value {
  const {
    context = '.',
    dockerfile = 'Dockerfile',
    target,
    args,
  } = typeof build === 'string' ? { context: build } : asMap(build);
  if (build !== undefined && typeof context === 'string' && typeof dockerfile === 'string') {
    const root = posix.join(below, context).replace(/(?<=.)\/$/, '');
    const values = Array.isArray(args)
      ? args.map((one) => String(one).split(/=(.*)/s, 2))
      : Object.entries(asMap(args)).map(([key, value]) => [key, String(value)]);
    const fixed = values.map(([key = '', value = '']) => [
      key,
      value.replace(/\$\{\w+(?::?-([^{}]*)|[^\w{}][^{}]*)?\}/g, '$1'),
    ]);
    return {
      dockerfile: posix.join(root, dockerfile),
      context: root,
      ...(typeof target === 'string' && { target }),
      ...(fixed.length > 0 && { args: Object.fromEntries(fixed) as Record<string, string> }),
    };
  }
  return typeof image === 'string' && !image.includes('$') ? image : { bootstrap: 'bookworm' };
}

function readMount(volumes: unknown, below: string): { readonly folder?: string } {
  for (const volume of asList(volumes)) {
    const { source, target } = asMap(volume);
    const [from = '', to = ''] = typeof volume === 'string' ? volume.split(':') : [String(source), String(target)];
    if (!/^\.\.?(?:\/|$)/.test(from)) continue;
    if (posix.join(below, from).replace(/(?<=.)\/$/, '') === '.') return { folder: to.replace(/(?<=.)\/$/, '') };
  }
  return {};
}
