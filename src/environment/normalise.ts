import { createHash } from 'node:crypto';
import { defaultFolder, type Environment } from '../model/environment.ts';
import type { Base, BootstrapBase, DockerfileBase, RunEntry } from '../model/image-inputs.ts';
import type { ServiceBuild } from '../model/workspace.ts';
import { normaliseServices, type WrittenService } from './normalise-service.ts';
import {
  normaliseHooks,
  normaliseLimits,
  normalisePort,
  normaliseSecret,
  normaliseVolume,
  type WrittenWorkspace,
} from './normalise-workspace.ts';
import { withoutExtensions } from './shapes.ts';

/** devenv.yaml as the schema allows it. */
interface Written extends WrittenWorkspace {
  readonly name: string;
  readonly image?: string;
  readonly base: string | WrittenBase;
  readonly tools?: Readonly<Record<string, string>>;
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly files?: readonly { readonly from: string; readonly to: string; readonly mode?: string }[];
  readonly run?: readonly (string | WrittenRun)[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly services?: Readonly<Record<string, WrittenService>>;
  readonly folder?: string;
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
}

interface WrittenRun {
  readonly name?: string;
  readonly run: string;
  readonly inputs?: readonly string[];
}

/** The environment of a valid devenv.yaml, with defaults. */
export function normalise(value: unknown): Environment {
  const written = value as Written;
  return {
    name: written.name,
    ...(written.image !== undefined && { image: written.image }),
    base: normaliseBase(written.base),
    tools: withoutExtensions(written.tools),
    packages: withoutExtensions(written.packages),
    files: (written.files ?? []).map(({ from, to, mode }) => ({
      from: withoutDot(from),
      to,
      mode: (mode ?? '0644').padStart(4, '0'),
    })),
    run: normaliseRun(written.run ?? []),
    env: withoutExtensions(written.env),
    user: written.user ?? 'dev',
    folder: written.folder?.replace(/\/$/, '') ?? defaultFolder,
    commit: { exclude: written.commit?.exclude ?? [] },
    services: normaliseServices(written.services ?? {}, normaliseBuild),
    ports: (written.ports ?? []).map(normalisePort),
    volumes: (written.volumes ?? []).map((volume) => normaliseVolume(volume, 'workspace')),
    hooks: normaliseHooks(written.hooks ?? {}),
    watch: (written.hooks?.watch ?? []).map(withoutDot),
    secrets: (written.secrets ?? []).map(normaliseSecret),
    limits: normaliseLimits(written.limits),
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

function normaliseDockerfile({ dockerfile, context = '.', target, args }: WrittenDockerfile): DockerfileBase {
  return {
    kind: 'dockerfile',
    dockerfile: withoutDot(dockerfile),
    context: withoutDot(context).replace(/\/$/, ''),
    ...(target !== undefined && { target }),
    args: withoutExtensions(args),
    secrets: [],
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
