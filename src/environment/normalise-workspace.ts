import type { EnvFile, Tmpfs } from '../model/service.ts';
import type {
  CommandLine,
  Device,
  Hooks,
  HookMoment,
  Limits,
  PortMapping,
  Secret,
  Task,
  VolumeMount,
} from '../model/workspace.ts';
import { parseSize } from './parse-quantity.ts';
import { ownEntries, withoutExtensions } from './shapes.ts';
import { hashToHex } from '../lock/hash-json.ts';

/** The part of devenv.yaml that shapes the workspace, as the schema allows it. */
export interface WrittenWorkspace {
  readonly ports?: readonly (number | string)[];
  readonly volumes?: readonly string[];
  readonly prepare?: string;
  readonly hooks?: Readonly<Partial<Record<HookMoment, WrittenHook>>> & { readonly watch?: readonly string[] };
  readonly tasks?: Readonly<Record<string, CommandLine | Partial<Task>>>;
  readonly secrets?: readonly (string | Secret)[];
  readonly limits?: WrittenLimits;
  readonly data?: 'seed';
}

type WrittenHook = CommandLine | Readonly<Record<string, CommandLine>>;

export interface WrittenLimits {
  readonly cpus?: number;
  readonly memory?: string;
  readonly shm?: string;
  readonly ulimits?: Readonly<Record<string, number>>;
  readonly gpus?: boolean;
  readonly cap_add?: readonly string[];
  readonly extra_hosts?: Readonly<Record<string, string>>;
  readonly devices?: readonly string[];
  readonly privileged?: boolean;
  readonly engine_socket?: boolean;
}

/**
 * `name:/path`, `./folder:/path`, `~/folder:/path`, `/folder:/path`, each with `:ro` or without;
 * `/path` alone is a volume that is named after its owner and the path.
 */
export function normaliseVolume(text: string, owner: string): VolumeMount {
  const [source = '', target, mode] = text.split(':');
  if (target === undefined) return nameVolume(owner, source);
  const common = { target, readOnly: mode === 'ro' };
  if (/^~?\//.test(source)) return { kind: 'host', source, ...common };
  if (source.startsWith('./')) return { kind: 'folder', source: source.slice(2), ...common };
  return { kind: 'volume', source, ...common };
}

/** `seccomp:unconfined` → `seccomp=unconfined`; engines take both. */
export const normaliseSecurityOptions = (written: readonly string[] = []): string[] => [
  ...new Set(written.map((option) => option.replace(/^(\w[\w-]*):/, '$1='))),
];

/**
 * A volume without a name of its own: one place in one container. Its name is
 * `OWNER-PATH`; one that could also be that of another place or owner, or is
 * `taken`, ends with `--` and a hash.
 */
export function nameVolume(owner: string, target: string, taken: ReadonlySet<string> = new Set()): VolumeMount {
  const name = `${owner}${target.replaceAll(/[^A-Za-z0-9_.-]+/g, '-')}`;
  const isSimple = !owner.includes('-') && /^(?:\/[A-Za-z0-9_.]+)+$/.test(target) && name.length <= 100;
  const isPlain = isSimple && !taken.has(name);
  const source = isPlain ? name : `${name.slice(0, 80)}--${hashToHex(`${owner}\0${target}`).slice(0, 10)}`;
  return { kind: 'volume', source, target, readOnly: false };
}

/** Files of variables: one path, a list, or `{path, required}` each. */
export type WrittenEnvFiles = string | readonly (string | { readonly path: string; readonly required?: boolean })[];

export const normaliseEnvFiles = (written: WrittenEnvFiles = []): EnvFile[] =>
  (typeof written === 'string' ? [written] : written).map((one) => {
    const { path, required = true } = typeof one === 'string' ? { path: one } : one;
    return { path: path.replace(/^\.\//, ''), required };
  });

/** `/run`, `/run:size=64m,mode=755`. */
export function normaliseTmpfs(text: string): Tmpfs {
  const [target = '', options = ''] = text.split(':');
  const size = /(?:^|,)size=(\w+)/.exec(options)?.[1];
  const mode = /(?:^|,)mode=([0-7]+)/.exec(options)?.[1];
  return {
    target,
    ...(size !== undefined && { size: parseSize(size) }),
    ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }),
  };
}

/** `3000`, `8080:80`, `0.0.0.0:8080:80`, each with `/udp` or without. */
export function normalisePort(written: number | string): PortMapping {
  const [spec = '', protocol] = String(written).split('/');
  const [container = '', host = container, address = '127.0.0.1'] = spec.split(':').reverse();
  return {
    address,
    host: Number(host),
    container: Number(container),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  };
}

/** Named commands by moment; a single command has the name of its moment. */
export function normaliseHooks({ watch: _watch, ...hooks }: NonNullable<WrittenWorkspace['hooks']>): Hooks {
  return Object.fromEntries(
    ownEntries<WrittenHook>(hooks).map(([moment, hook]) => [
      moment,
      [isCommand(hook) ? { [moment]: hook } : withoutExtensions(hook)],
    ]),
  );
}

const isCommand = (written: object | CommandLine): written is CommandLine =>
  typeof written === 'string' || Array.isArray(written);

/** Tasks in the order of the file. */
export function normaliseTasks(tasks: NonNullable<WrittenWorkspace['tasks']>): Task[] {
  return ownEntries(tasks).map(([name, written]) => {
    const task: Partial<Task> = isCommand(written) ? { run: written } : written;
    const { description, run, depends = [], folder, env } = task;
    return {
      name,
      ...(description !== undefined && { description }),
      ...(run !== undefined && { run }),
      depends,
      ...(folder !== undefined && { folder }),
      env: withoutExtensions(env),
    };
  });
}

export function normaliseSecret(secret: string | Secret): Secret {
  if (typeof secret === 'string') return { name: secret };
  return { name: secret.name, ...(secret.command !== undefined && { command: secret.command }) };
}

export function normaliseLimits(written: WrittenLimits = {}): Limits {
  return {
    ...(written.cpus !== undefined && { cpus: written.cpus }),
    ...(written.memory !== undefined && { memory: parseSize(written.memory) }),
    ...(written.shm !== undefined && { shm: parseSize(written.shm) }),
    ulimits: withoutExtensions(written.ulimits),
    gpus: written.gpus ?? false,
    capabilities: normaliseCapabilities(written.cap_add),
    extraHosts: withoutExtensions(written.extra_hosts),
    devices: (written.devices ?? []).map(normaliseDevice),
    privileged: written.privileged ?? false,
    engineSocket: written.engine_socket ?? false,
  };
}

/** Upper-case names without `CAP_`, sorted. */
export const normaliseCapabilities = (written: readonly string[] = []): string[] =>
  [...new Set(written.map((name) => name.toUpperCase().replace(/^CAP_/, '')))].sort();

/** `/dev/fuse`, `/dev/sdb:/dev/disk`, `/dev/sdb:/dev/disk:r`. */
export function normaliseDevice(text: string): Device {
  const [source = '', target = source, permissions = 'rwm'] = text.split(':');
  return { source, target, permissions };
}
