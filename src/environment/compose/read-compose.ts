import { posix } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { ComposeUse, Environment } from '../../model/environment.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import { parseDotenv } from '../parse-dotenv.ts';
import { quote, refuseProblems, type Problem } from '../problem.ts';
import { readProjectText, refuseMissing } from '../read-project-text.ts';
import { checkTogether } from './check-together.ts';
import { asMapNode, ComposeProblem, type Entry, type MapNode, unknownKey } from './node.ts';
import { mergeFiles } from './merge-files.ts';
import { InterpolationError } from './interpolate.ts';
import { readFlag, type Reading } from './read-values.ts';
import { resolveExtends, type LoadFile } from './resolve-extends.ts';
import { toService, type ComposeService } from './to-service.ts';
import { cannotKeep } from './read-limits.ts';

/** Parses a compose file of that path; its own paths are relative to `folder`. Throws ComposeProblem. */
export type ParseTree = (text: string, path: string, folder: string) => Promise<MapNode>;

/** The project of a compose file, and the variables that the file may use. */
export interface ComposeWorld {
  readonly files: Pick<HostFiles, 'readText'>;
  /** Absolute path of the project. */
  readonly folder: string;
  /** The person's environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly parse: ParseTree;
}

interface ComposeContent {
  /** In the order of the file. */
  readonly services: readonly ComposeService[];
  /** The service that is the workspace itself. */
  readonly workspace?: ComposeService | undefined;
  /** Networks that the file declares. */
  readonly networks: Environment['networks'];
  /** Names of volumes that the file declares. */
  readonly volumes: ReadonlySet<string>;
}

/** Keys that are taken from the service that is the workspace; devenv.yaml says the others. */
const ofWorkspace = new Set([
  ...['environment', 'env_file', 'ports', 'volumes', 'extra_hosts', 'cap_add', 'privileged', 'devices'],
  ...['shm_size', 'mem_limit', 'cpus', 'ulimits', 'deploy', 'tmpfs', 'security_opt', 'init', 'network_mode'],
  ...['networks', 'container_name'],
]);

/** Files of one environment; values that they take from each other; characters of all values of variables. */
const [mostFiles, mostTaken, mostText] = [50, 100_000, 4 * 1024 * 1024];

/**
 * Reads the services of the compose files that devenv.yaml uses, each merged on top of those before. Reads only files
 * of the project. Throws CONFIG_INVALID with file, line and key for everything
 * that cannot be kept.
 */
export async function readCompose(world: ComposeWorld, use: ComposeUse): Promise<ComposeContent> {
  // Each file makes what is merged larger, also one that is named again.
  if (use.overrides.length >= mostFiles)
    throw new DevenvError(
      'CONFIG_INVALID',
      `compose names ${String(use.overrides.length + 1)} files; devenv reads at most ${String(mostFiles)}.`,
    );
  const problems: Problem[] = [];
  const attempt = async <T>(read: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ComposeProblem)) throw error;
      problems.push(error.problem);
      return undefined;
    }
  };
  const loaded = new Map<string, MapNode>();
  const load = async (path: string, base = posix.dirname(path)): Promise<MapNode | undefined> => {
    const text = loaded.has(path) ? undefined : await readProjectText(world.files, world.folder, path, 'compose');
    if (text !== undefined) loaded.set(path, await world.parse(text, path, base));
    return loaded.get(path);
  };
  const loadOther: LoadFile = async (path, from) => {
    if (path.startsWith('../') || path.startsWith('/'))
      throw new ComposeProblem(from, `${path} is outside of the project`);
    if (loaded.size === mostFiles && !loaded.has(path))
      throw new ComposeProblem(from, `services extend more than ${String(mostFiles)} files`);
    const found = await load(path);
    if (found === undefined) throw new ComposeProblem(from, `there is no file ${path} in the project`);
    return found;
  };
  let root: MapNode | undefined;
  for (const path of [use.file, ...use.overrides]) {
    const one = await attempt(() => load(path, posix.dirname(use.file)));
    if (problems.length > 0) throw refuseProblems(use.file, problems);
    if (one === undefined) refuseMissing('file', path, 'compose');
    await attempt(() => checkFile(one));
    root = root === undefined ? one : ((await attempt(() => mergeFiles(root ?? one, one))) ?? root);
  }
  if (root === undefined) refuseMissing('file', use.file, 'compose');
  const volumes = await attempt(() => asMapNode(root.entries.get('volumes')?.value));
  const written = (await attempt(() => asMapNode(root.entries.get('services')?.value))) ?? new Map<string, Entry>();
  const place = { ...(await makeLookups(world, use)), folder: world.folder, volumes: new Set(volumes?.keys()) };
  const networks = (await attempt(() => readNetworks(root, { ...place, networks: new Set() }))) ?? {};
  const reading: Reading = { ...place, networks: new Set(Object.keys(networks)) };
  const budget = { left: mostTaken };
  const read = (name: string, only?: ReadonlySet<string>): Promise<ComposeService | undefined> =>
    attempt(async () => toService(name, await resolveExtends(written, name, loadOther, budget), reading, only));

  const names = use.services ?? [...written.keys()].filter((name) => name !== use.workspace);
  const unknown = [...names, ...(use.workspace === undefined ? [] : [use.workspace])].find(
    (name) => !written.has(name),
  );
  if (unknown !== undefined)
    throw missing(`compose names the service ${unknown}, but ${use.file} has no such service.`);
  const found = new Map<string, ComposeService | undefined>();
  const workspace = use.workspace === undefined ? undefined : await read(use.workspace, ofWorkspace);
  const lender = workspace?.service.network;
  const pending = [...names, ...(lender?.kind === 'shared' ? [lender.of] : [])];
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (found.has(name) || name === use.workspace || !written.has(name)) continue;
    const one = await read(name);
    found.set(name, one);
    pending.push(...(one?.needs.keys() ?? []));
  }
  const services = [...written.keys()].flatMap((name) => found.get(name) ?? []);
  if (problems.length === 0) problems.push(...checkTogether(services, workspace, use.workspace, networks));
  if (problems.length > 0) throw refuseProblems(use.file, problems);
  return { services, workspace, networks, volumes: reading.volumes };
}

/** Variables that the person lends by name, then those of the `.env` file beside the compose file. */
async function makeLookups(
  { files, folder, variables }: ComposeWorld,
  use: ComposeUse,
): Promise<Pick<Reading, 'lookup' | 'own'>> {
  const path = posix.join(posix.dirname(use.file), '.env');
  const found = parseDotenv((await readProjectText(files, folder, path, 'compose')) ?? '', path);
  let left = mostText;
  const count = (value: string | undefined): string | undefined => {
    left -= value?.length ?? 0;
    if (left < 0) throw new InterpolationError('the variables of the file make it too long');
    return value;
  };
  const lent = (name: string): string | undefined => (use.variables.includes(name) ? variables[name] : undefined);
  return { own: (name) => count(found.get(name)), lookup: (name) => count(lent(name) ?? found.get(name)) };
}

const missing = (message: string): DevenvError =>
  new DevenvError('CONFIG_INVALID', message, { at: 'devenv.yaml', hint: 'Correct `compose` in devenv.yaml.' });

/** Checks what a file says besides its services: only plain volumes and networks can be kept. */
function checkFile(root: MapNode): void {
  for (const [name, entry] of root.entries) {
    if (name === 'include') throw cannotKeep(entry, name);
    // Configs, secrets and models count where a service uses them.
    const known = ['services', 'volumes', 'networks', 'version', 'name', 'configs', 'secrets', 'models'];
    if (!known.includes(name) && !name.startsWith('x-')) throw unknownKey(entry, name);
  }
  for (const [name, { value }] of asMapNode(root.entries.get('volumes')?.value))
    checkPlain(`volumes.${name}`, 'local', asMapNode(value));
}

/** The networks that a file declares, with the names that devenv.yaml could give them. */
function readNetworks(root: MapNode, reading: Reading): Environment['networks'] {
  const found = [...asMapNode(root.entries.get('networks')?.value)].map(([name, { key, value }]) => {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name))
      throw new ComposeProblem(key, `${quote(name)} is no name for a network here`, 'letters, digits, "-" and "_"');
    const { internal, ...rest } = Object.fromEntries(asMapNode(value));
    checkPlain(`networks.${name}`, 'bridge', new Map(Object.entries(rest)));
    return [name, { internal: internal !== undefined && readFlag(internal.value, reading) }] as const;
  });
  return Object.fromEntries(found);
}

function checkPlain(of: string, driver: string, keys: ReadonlyMap<string, Entry>): void {
  for (const [key, entry] of keys) {
    const { value } = entry;
    const text = value.kind === 'text' ? value.text : '';
    const plain =
      key.startsWith('x-') ||
      (key === 'driver' && text === driver) ||
      (key === 'external' && text === 'false') ||
      (key === 'driver_opts' && value.kind !== 'text' && asMapNode(value).size === 0);
    if (!plain) throw cannotKeep(entry, `${of}.${key}`);
  }
}
