import { createHash } from 'node:crypto';
import type {
  Base,
  BootstrapBase,
  DockerfileBase,
  DownloadEntry,
  RepositoryEntry,
  RunEntry,
} from '../model/image-inputs.ts';
import type { FeatureOptions } from '../model/features/feature.ts';
import { defaultFolder, dockerFolder, type Environment } from '../model/environment.ts';
import type { ServiceBuild, VolumeMount } from '../model/workspace.ts';
import { normaliseCompose, type WrittenCompose } from './compose/normalise-compose.ts';
import { normaliseServices, type WrittenService } from './normalise-service.ts';
import {
  normaliseEnvFiles,
  normaliseHooks,
  normaliseLimits,
  normalisePort,
  normaliseSecret,
  normaliseSecurityOptions,
  normaliseTasks,
  normaliseVolume,
  type WrittenEnvFiles,
  type WrittenWorkspace,
} from './normalise-workspace.ts';
import { ownEntries, withoutExtensions } from './shapes.ts';

/** devenv.yaml as the schema allows it. */
interface Written extends WrittenWorkspace {
  readonly name: string;
  readonly image?: string;
  readonly base: string | WrittenBase;
  readonly tools?: Readonly<Record<string, string | { readonly from: string }>>;
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly repositories?: readonly WrittenRepository[];
  readonly features?: Readonly<Record<string, string | FeatureOptions>>;
  readonly feature_order?: readonly string[];
  readonly downloads?: readonly WrittenDownload[];
  readonly files?: readonly { readonly from: string; readonly to: string; readonly mode?: string }[];
  readonly run?: readonly (string | WrittenRun)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly env_file?: WrittenEnvFiles;
  readonly user?: string;
  readonly services?: Readonly<Record<string, WrittenService>>;
  readonly compose?: WrittenCompose;
  readonly folder?: string;
  readonly init?: boolean;
  readonly hostname?: string;
  readonly security_opt?: readonly string[];
  readonly network?: 'host';
  readonly proxy?: boolean;
  readonly docker?: 'inside' | 'host';
  readonly commit?: { readonly exclude?: readonly string[] };
}

interface WrittenBase extends Partial<WrittenDockerfile> {
  readonly image?: string;
  readonly fallback?: WrittenBase;
  readonly bootstrap?: string;
  readonly suite?: string;
  readonly mirror?: string;
  readonly include?: readonly string[];
}

interface WrittenDockerfile {
  readonly dockerfile: string;
  readonly context?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

interface WrittenRepository extends Pick<RepositoryEntry, 'name' | 'uri' | 'suites'> {
  readonly components?: readonly string[];
  readonly architectures?: readonly string[];
  readonly key: string | { readonly url: string; readonly fingerprint: string };
}

interface WrittenDownload {
  readonly name: string;
  readonly url: string | Readonly<Record<string, string>>;
  readonly sha256?: string | Readonly<Record<string, string>>;
  readonly extract?: boolean;
  readonly strip?: number;
  readonly to?: string;
  readonly mode?: string;
  readonly bin?: readonly string[];
}

interface WrittenRun {
  readonly name?: string;
  readonly run: string;
  readonly inputs?: readonly string[];
}

/** The data of an engine in the workspace. */
const dockerVolume: VolumeMount = { kind: 'volume', source: 'docker-inside', target: dockerFolder, readOnly: false };

/** The environment of a valid devenv.yaml, with defaults. */
export function normalise(value: unknown): Environment {
  const written = value as Written;
  return {
    name: written.name,
    ...(written.image !== undefined && { image: written.image }),
    base: normaliseBase(written.base),
    ...normaliseTools(written.tools),
    packages: withoutExtensions(written.packages),
    repositories: (written.repositories ?? []).map(normaliseRepository),
    features: {
      requests: ownEntries(written.features).map(([source, options]) => ({
        source,
        options: typeof options === 'string' ? { version: options } : withoutExtensions(options),
      })),
      order: written.feature_order ?? [],
    },
    downloads: (written.downloads ?? []).map(normaliseDownload),
    files: (written.files ?? []).map(({ from, to, mode }) => ({
      from: withoutDot(from),
      to,
      mode: padMode(mode ?? '0644'),
    })),
    run: normaliseRun(written.run ?? []),
    env: withoutExtensions(written.env),
    envFiles: normaliseEnvFiles(written.env_file),
    user: written.user ?? 'dev',
    folder: written.folder?.replace(/\/$/, '') ?? defaultFolder,
    commit: { exclude: written.commit?.exclude ?? [] },
    services: normaliseServices(written.services ?? {}, normaliseBuild),
    ...(written.compose !== undefined && { compose: normaliseCompose(written.compose) }),
    ports: (written.ports ?? []).map(normalisePort),
    volumes: [
      ...(written.volumes ?? []).map((volume) => normaliseVolume(volume, 'workspace')),
      ...(written.docker === 'inside' ? [dockerVolume] : []),
    ],
    hooks: normaliseHooks(written.hooks ?? {}),
    watch: (written.hooks?.watch ?? []).map(withoutDot),
    tasks: normaliseTasks(written.tasks ?? {}),
    secrets: (written.secrets ?? []).map(normaliseSecret),
    limits: normaliseLimits(written.limits),
    init: written.init ?? false,
    ...(written.hostname !== undefined && { hostname: written.hostname }),
    securityOptions: normaliseSecurityOptions(written.security_opt),
    ...(written.network !== undefined && { network: written.network }),
    ...(written.proxy === true && { proxy: true }),
    ...(written.docker !== undefined && { docker: written.docker }),
    ...(written.data !== undefined && { data: written.data }),
  };
}

function normaliseBuild(build: unknown): ServiceBuild {
  const { base, packages, run, ...written } = build as Pick<Written, 'packages' | 'run'> &
    Partial<Written> &
    WrittenBase;
  return { base: normaliseBase(base ?? written), packages: withoutExtensions(packages), run: normaliseRun(run ?? []) };
}

function normaliseBase(base: string | WrittenBase): Base {
  if (typeof base === 'string') return { kind: 'image', image: base };
  if (base.dockerfile !== undefined) return normaliseDockerfile({ ...base, dockerfile: base.dockerfile });
  if (base.image === undefined) return normaliseBootstrap(base);
  const { image, fallback } = base;
  return { kind: 'image', image, ...(fallback !== undefined && { fallback: normaliseBootstrap(fallback) }) };
}

function normaliseDockerfile({
  dockerfile,
  context = '.',
  target,
  args,
  secrets = [],
}: WrittenDockerfile): DockerfileBase {
  return {
    kind: 'dockerfile',
    dockerfile: withoutDot(dockerfile),
    context: withoutDot(context).replace(/\/$/, ''),
    ...(target !== undefined && { target }),
    args: withoutExtensions(args),
    secrets,
  };
}

function normaliseBootstrap({ bootstrap, suite, mirror, include }: WrittenBase): BootstrapBase {
  return {
    kind: 'bootstrap',
    suite: suite ?? bootstrap ?? '',
    ...(mirror !== undefined && { mirror }),
    include: include ?? [],
  };
}

function normaliseTools(tools: Written['tools']): Pick<Environment, 'tools' | 'toolFiles'> {
  const entries = ownEntries(tools);
  return {
    tools: Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
    toolFiles: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, withoutDot(value.from)]])),
    ),
  };
}

function normaliseRepository({ name, uri, suites, key, ...written }: WrittenRepository): RepositoryEntry {
  const isFlat = suites.every((suite) => suite.endsWith('/'));
  return {
    ...{ name, uri, suites, key: normaliseKey(key) },
    components: written.components ?? (isFlat ? [] : ['main']),
    architectures: written.architectures ?? [],
  };
}

function normaliseKey(key: WrittenRepository['key']): RepositoryEntry['key'] {
  if (typeof key === 'object')
    return { kind: 'url', url: key.url, fingerprint: key.fingerprint.replaceAll(' ', '').toUpperCase() };
  return key.startsWith('-----') ? { kind: 'text', text: key.trimEnd() } : { kind: 'file', path: withoutDot(key) };
}

function normaliseDownload({ name, url, sha256 = {}, extract = false, ...written }: WrittenDownload): DownloadEntry {
  return {
    ...{ name, extract, urls: byArchitecture(url), sha256: byArchitecture(sha256) },
    strip: written.strip ?? 0,
    to: written.to ?? (extract ? `/opt/${name}` : `/usr/local/bin/${name}`),
    mode: padMode(written.mode ?? '0755'),
    bin: (written.bin ?? []).map(withoutDot),
  };
}

const byArchitecture = (value: string | Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  typeof value === 'string' ? { any: value } : withoutExtensions(value);

const padMode = (mode: string): string => mode.padStart(4, '0');

/** Gives every entry a unique name, which is part of the step's identity. */
function normaliseRun(entries: readonly (string | WrittenRun)[]): RunEntry[] {
  const written = entries.map((entry) => (typeof entry === 'string' ? { run: entry } : entry));
  const names = new Set(written.flatMap(({ name }) => name ?? []));
  return written.map(({ name, run, inputs = [] }) => {
    const chosen = name ?? pickName(run, names);
    names.add(chosen);
    return { name: chosen, run, inputs: inputs.map(withoutDot) };
  });
}

/** The first words of the command, with a hash if another entry has the same or there are none. */
function pickName(run: string, taken: ReadonlySet<string>): string {
  const slug = run
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  if (slug !== '' && !taken.has(slug)) return slug;
  return `${slug === '' ? 'run' : slug}-${createHash('sha256').update(run).digest('hex').slice(0, 8)}`;
}

const withoutDot = (path: string): string => path.replace(/^\.\//, '');
