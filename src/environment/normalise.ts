import { defaultFolder, dockerFolder, type Environment, type ComposeUse } from '../model/environment.ts';
import type { FeatureOptions } from '../model/features/feature.ts';
import type { ServiceBuild } from '../model/service.ts';
import type { VolumeMount } from '../model/workspace.ts';
import {
  normaliseAttachments,
  normaliseServices,
  type WrittenAttachments,
  type WrittenService,
} from './normalise-service.ts';
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
import {
  type WrittenBase,
  type WrittenRepository,
  type WrittenDownload,
  type WrittenRun,
  type WrittenTools,
  normaliseBase,
  normaliseRepository,
  normaliseDownload,
  padMode,
  normaliseRun,
  normaliseTools,
  withoutDot,
} from './normalise-image.ts';

/** devenv.yaml as the schema allows it. */
interface Written extends WrittenWorkspace {
  readonly name: string;
  readonly image?: string;
  readonly base: string | WrittenBase;
  readonly tools?: WrittenTools;
  readonly packages?: Readonly<Record<string, readonly string[]>>;
  readonly repositories?: readonly WrittenRepository[];
  readonly apt_preferences?: Readonly<Record<string, string>>;
  readonly venvs?: Readonly<Record<string, readonly string[]>>;
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
  readonly network?: 'host' | WrittenAttachments;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly proxy?: boolean;
  readonly docker?: 'inside' | 'host';
  readonly commit?: { readonly exclude?: readonly string[] };
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
    aptPreferences: withoutExtensions(written.apt_preferences),
    venvs: withoutExtensions(written.venvs),
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
    ...(written.prepare !== undefined && { prepare: written.prepare }),
    hooks: normaliseHooks(written.hooks ?? {}),
    watch: (written.hooks?.watch ?? []).map(withoutDot),
    tasks: normaliseTasks(written.tasks ?? {}),
    secrets: (written.secrets ?? []).map(normaliseSecret),
    limits: normaliseLimits(written.limits),
    init: written.init ?? false,
    ...(written.hostname !== undefined && { hostname: written.hostname }),
    securityOptions: normaliseSecurityOptions(written.security_opt),
    ...(written.network === 'host' ? { network: 'host' } : normaliseAttachments(written.network)),
    networks: Object.fromEntries(
      ownEntries(written.networks).map(([name, own]) => [name, { internal: own?.internal === true }]),
    ),
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

/** `compose` as the schema allows it. */
type WrittenCompose =
  | string
  | ({
      readonly file: string | readonly string[];
      readonly ports?: Readonly<Record<string, readonly (number | string)[]>>;
    } & Partial<Omit<ComposeUse, 'file' | 'overrides' | 'ports'>>);

function normaliseCompose(written: WrittenCompose): ComposeUse {
  const {
    file,
    variables = [],
    services,
    workspace,
    ports,
  } = typeof written === 'string' ? { file: written } : written;
  const [first = '', ...overrides] = [file].flat().map((path) => path.replace(/^\.\//, ''));
  return {
    ...{ file: first, overrides, variables },
    ports: Object.fromEntries(ownEntries(ports).map(([name, list]) => [name, list.map(normalisePort)])),
    ...(services !== undefined && { services }),
    ...(workspace !== undefined && { workspace }),
  };
}
