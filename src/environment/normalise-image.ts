import type {
  Base,
  BootstrapBase,
  DockerfileBase,
  DownloadEntry,
  RepositoryEntry,
  RunEntry,
} from '../model/image-inputs.ts';
import type { Environment } from '../model/environment.ts';
import { ownEntries, withoutExtensions } from './shapes.ts';
import { hashToHex } from '../lock/hash-json.ts';

export interface WrittenBase extends Partial<WrittenDockerfile> {
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

export interface WrittenRepository extends Pick<RepositoryEntry, 'name' | 'suites'> {
  readonly uri: string | readonly string[];
  readonly components?: readonly string[];
  readonly architectures?: readonly string[];
  readonly key: string | { readonly url: string; readonly fingerprint: string };
}

export interface WrittenDownload {
  readonly name: string;
  readonly url: string | Readonly<Record<string, string>>;
  readonly sha256?: string | Readonly<Record<string, string>>;
  readonly extract?: boolean;
  readonly strip?: number;
  readonly to?: string;
  readonly mode?: string;
  readonly bin?: readonly string[];
}

export interface WrittenRun {
  readonly name?: string;
  readonly run: string;
  readonly inputs?: readonly string[];
}

export function normaliseBase(base: string | WrittenBase): Base {
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

export type WrittenTools = Readonly<Record<string, string | { readonly from: string }>>;

export function normaliseTools(tools: WrittenTools | undefined): Pick<Environment, 'tools' | 'toolFiles'> {
  const entries = ownEntries(tools);
  return {
    tools: Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
    toolFiles: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'string' ? [] : [[name, withoutDot(value.from)]])),
    ),
  };
}

export function normaliseRepository({ name, uri, suites, key, ...written }: WrittenRepository): RepositoryEntry {
  const isFlat = suites.every((suite) => suite.endsWith('/'));
  return {
    ...{ name, uris: typeof uri === 'string' ? [uri] : uri, suites, key: normaliseKey(key) },
    components: written.components ?? (isFlat ? [] : ['main']),
    architectures: written.architectures ?? [],
  };
}

function normaliseKey(key: WrittenRepository['key']): RepositoryEntry['key'] {
  if (typeof key === 'object')
    return { kind: 'url', url: key.url, fingerprint: key.fingerprint.replaceAll(' ', '').toUpperCase() };
  return key.startsWith('-----') ? { kind: 'text', text: key.trimEnd() } : { kind: 'file', path: withoutDot(key) };
}

export function normaliseDownload({
  name,
  url,
  sha256 = {},
  extract = false,
  ...written
}: WrittenDownload): DownloadEntry {
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

export const padMode = (mode: string): string => mode.padStart(4, '0');

/** Gives every entry a unique name, which is part of the step's identity. */
export function normaliseRun(entries: readonly (string | WrittenRun)[]): RunEntry[] {
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
  return `${slug === '' ? 'run' : slug}-${hashToHex(run).slice(0, 8)}`;
}

export const withoutDot = (path: string): string => path.replace(/^\.\//, '');
