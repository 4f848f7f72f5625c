import type {
  CommandLine,
  Device,
  Hook,
  HookMoment,
  Limits,
  PortMapping,
  Readiness,
  Secret,
  Service,
  ServiceBuild,
  Task,
  VolumeMount,
} from '../model/workspace.ts';
import { ownEntries, withoutExtensions } from './shapes.ts';

/** The part of devenv.yaml that shapes the workspace, as the schema allows it. */
export interface WrittenWorkspace {
  readonly services?: Readonly<Record<string, WrittenService>>;
  readonly ports?: readonly (number | string)[];
  readonly volumes?: readonly string[];
  readonly hooks?: Readonly<Partial<Record<HookMoment, WrittenHook>>> & { readonly watch?: readonly string[] };
  readonly tasks?: Readonly<Record<string, CommandLine | Partial<Task>>>;
  readonly secrets?: readonly (string | Secret)[];
  readonly limits?: WrittenLimits;
  readonly data?: 'seed';
}

type WrittenHook = CommandLine | Readonly<Record<string, CommandLine>>;

interface WrittenService {
  readonly image?: string;
  readonly build?: unknown;
  readonly command?: CommandLine;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly (number | string)[];
  readonly ready?: string | WrittenReady;
  readonly depends_on?: readonly string[];
  readonly limits?: WrittenLimits;
  readonly quiesce?: { readonly before?: CommandLine; readonly after?: CommandLine };
}

interface WrittenReady {
  readonly command?: CommandLine;
  readonly tcp?: number | string;
  readonly http?: string;
  readonly interval?: string;
  readonly retries?: number;
  readonly start_period?: string;
}

interface WrittenLimits {
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

/** Services in the order of the file. `normaliseBuild` adds the defaults of an image. */
export function normaliseServices(
  services: Readonly<Record<string, WrittenService>>,
  normaliseBuild: (build: unknown) => ServiceBuild,
): Service[] {
  return ownEntries(services).map(([name, written]) => ({
    name,
    source:
      written.build === undefined
        ? { kind: 'image', image: written.image ?? '' }
        : { kind: 'build', build: normaliseBuild(written.build) },
    ...(written.command !== undefined && { command: written.command }),
    env: withoutExtensions(written.env),
    volumes: (written.volumes ?? []).map(normaliseVolume),
    ports: (written.ports ?? []).map(normalisePort),
    ...(written.ready !== undefined && { ready: normaliseReady(written.ready) }),
    dependsOn: written.depends_on ?? [],
    limits: normaliseLimits(written.limits),
    ...(written.quiesce !== undefined && { quiesce: withoutExtensions(written.quiesce) }),
  }));
}

function normaliseReady(ready: string | WrittenReady): Readiness {
  const written: WrittenReady = typeof ready === 'string' ? { command: ready } : ready;
  return {
    check: readCheck(written),
    interval: readDuration(written.interval ?? '1s'),
    retries: written.retries ?? 30,
    startPeriod: readDuration(written.start_period ?? '0s'),
  };
}

function readCheck({ command, tcp, http }: WrittenReady): Readiness['check'] {
  if (command !== undefined) return { kind: 'command', command };
  if (http !== undefined) return { kind: 'http', url: http };
  const [port = '', host = 'localhost'] = String(tcp).split(':').reverse();
  return { kind: 'tcp', host, port: Number(port) };
}

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `2s`, `1m`, `1h` → milliseconds. */
export function readDuration(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)(\w+)$/.exec(text) ?? [];
  return Number(count) * (milliseconds[unit] ?? 1000);
}

const powers = ['', 'k', 'm', 'g', 't'];

/** `512m`, `2gb`, `1024` → bytes. */
export function readBytes(text: string): number {
  const [, count = '0', unit = ''] = /^(\d+)([kmgt]?)b?$/.exec(text) ?? [];
  return Number(count) * 1024 ** powers.indexOf(unit);
}

/** `name:/path`, `./folder:/path`, `/folder:/path`, each with `:ro` or without. */
export function normaliseVolume(text: string): VolumeMount {
  const [source = '', target = '', mode] = text.split(':');
  const common = { target, readOnly: mode === 'ro' };
  if (source.startsWith('/')) return { kind: 'host', source, ...common };
  if (source.startsWith('./')) return { kind: 'folder', source: source.slice(2), ...common };
  return { kind: 'volume', source, ...common };
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
export function normaliseHooks({
  watch: _watch,
  ...hooks
}: NonNullable<WrittenWorkspace['hooks']>): Partial<Record<HookMoment, Hook>> {
  return Object.fromEntries(
    ownEntries<WrittenHook>(hooks).map(([moment, hook]) => [
      moment,
      isCommand(hook) ? { [moment]: hook } : withoutExtensions(hook),
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
    ...(written.memory !== undefined && { memory: readBytes(written.memory) }),
    ...(written.shm !== undefined && { shm: readBytes(written.shm) }),
    ulimits: withoutExtensions(written.ulimits),
    gpus: written.gpus ?? false,
    capabilities: [...new Set((written.cap_add ?? []).map((name) => name.replace(/^CAP_/, '')))].sort(),
    extraHosts: withoutExtensions(written.extra_hosts),
    devices: (written.devices ?? []).map(normaliseDevice),
    privileged: written.privileged ?? false,
    engineSocket: written.engine_socket ?? false,
  };
}

/** `/dev/fuse`, `/dev/sdb:/dev/disk`, `/dev/sdb:/dev/disk:r`. */
function normaliseDevice(text: string): Device {
  const [source = '', target = source, permissions = 'rwm'] = text.split(':');
  return { source, target, permissions };
}
