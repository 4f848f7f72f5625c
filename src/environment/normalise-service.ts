import type { Need, Readiness, RestartPolicy, ServiceNetwork, Service, ServiceBuild } from '../model/service.ts';
import type { CommandLine } from '../model/workspace.ts';
import {
  normaliseEnvFiles,
  normaliseLimits,
  normalisePort,
  normaliseSecurityOptions,
  normaliseTmpfs,
  normaliseVolume,
  type WrittenEnvFiles,
  type WrittenLimits,
} from './normalise-workspace.ts';
import { parseDuration } from './parse-quantity.ts';
import { ownEntries, withoutExtensions } from './shapes.ts';
import { splitWords } from './split-words.ts';

/** A service as the schema allows it. */
export interface WrittenService {
  readonly image?: string;
  readonly build?: unknown;
  readonly command?: CommandLine;
  readonly entrypoint?: CommandLine;
  readonly user?: string | number;
  readonly working_dir?: string;
  readonly hostname?: string;
  readonly env_file?: WrittenEnvFiles;
  readonly tmpfs?: readonly string[];
  readonly init?: boolean;
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly network?: string;
  readonly networks?: WrittenAttachments;
  readonly proxy?: boolean;
  readonly stop_grace_period?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly (number | string)[];
  readonly ready?: string | WrittenReady;
  readonly depends_on?: readonly string[] | Readonly<Record<string, 'started' | 'healthy' | 'completed'>>;
  readonly until?: 'completed';
  readonly profiles?: readonly string[];
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
  readonly timeout?: string;
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
    ...(written.entrypoint !== undefined && { entrypoint: normaliseEntrypoint(written.entrypoint) }),
    ...(written.user !== undefined && { user: String(written.user) }),
    ...(written.working_dir !== undefined && { workingDir: written.working_dir }),
    ...(written.hostname !== undefined && { hostname: written.hostname }),
    env: withoutExtensions(written.env),
    envFiles: normaliseEnvFiles(written.env_file),
    volumes: (written.volumes ?? []).map((volume) => normaliseVolume(volume, name)),
    ports: (written.ports ?? []).map(normalisePort),
    ...(written.ready !== undefined && { ready: normaliseReady(written.ready) }),
    ...(isRunOnce(name, written, services) && { until: 'completed' }),
    dependsOn: normaliseNeeds(written.depends_on),
    profiles: written.profiles ?? [],
    limits: normaliseLimits(written.limits),
    tmpfs: (written.tmpfs ?? []).map(normaliseTmpfs),
    init: written.init ?? false,
    securityOptions: normaliseSecurityOptions(written.security_opt),
    ...normaliseRestart(written.restart),
    ...(written.network !== undefined && { network: normaliseNetwork(written.network) }),
    ...normaliseAttachments(written.networks),
    ...(written.proxy === true && { proxy: true }),
    ...(written.stop_grace_period !== undefined && { stopGrace: parseDuration(written.stop_grace_period) }),
    ...(written.quiesce !== undefined && { quiesce: withoutExtensions(written.quiesce) }),
  }));
}

/** Names with the default condition, or conditions by name. */
function normaliseNeeds(written: WrittenService['depends_on'] = []): Need[] {
  if (Array.isArray(written)) return (written as readonly string[]).map((service) => ({ service, until: 'ready' }));
  return ownEntries(written as Readonly<Record<string, 'started' | 'healthy' | 'completed'>>).map(
    ([service, condition]) => ({ service, until: condition === 'healthy' ? 'ready' : condition }),
  );
}

/** True if a service says so, or another one waits for its end. */
const isRunOnce = (
  name: string,
  { until }: WrittenService,
  services: Readonly<Record<string, WrittenService>>,
): boolean =>
  until === 'completed' ||
  ownEntries(services).some(([, { depends_on }]) =>
    normaliseNeeds(depends_on).some((need) => need.service === name && need.until === 'completed'),
  );

function normaliseReady(ready: string | WrittenReady): Readiness {
  if (ready === 'healthcheck' || ready === 'started') {
    const check = { kind: ready === 'started' ? 'none' : 'image' } as const;
    return { check, interval: 1000, retries: 30, startPeriod: 0 };
  }
  const written: WrittenReady = typeof ready === 'string' ? { command: ready } : ready;
  return {
    check: readCheck(written),
    interval: parseDuration(written.interval ?? '1s'),
    retries: written.retries ?? 30,
    startPeriod: parseDuration(written.start_period ?? '0s'),
    ...(written.timeout !== undefined && { timeout: parseDuration(written.timeout) }),
  };
}

function readCheck({ command, tcp, http }: WrittenReady): Readiness['check'] {
  if (command !== undefined) return { kind: 'command', command };
  if (http !== undefined) return { kind: 'http', url: http };
  const [port = '', host = 'localhost'] = String(tcp).split(':').reverse();
  return { kind: 'tcp', host, port: Number(port) };
}

const normaliseEntrypoint = (written: CommandLine): readonly string[] =>
  typeof written === 'string' ? splitWords(written) : written;

/** Networks that a container is on, as the schema allows them. */
export type WrittenAttachments =
  readonly string[] | Readonly<Record<string, { readonly aliases?: readonly string[] } | null>>;

export function normaliseAttachments(written: WrittenAttachments = []): Pick<Service, 'attachments'> {
  const attachments = isNames(written)
    ? written.map((network) => ({ network, aliases: [] }))
    : ownEntries(written).map(([network, own]) => ({ network, aliases: own?.aliases ?? [] }));
  return attachments.length === 0 ? {} : { attachments };
}

const isNames = (written: WrittenAttachments): written is readonly string[] => Array.isArray(written);

/** `host`, `workspace`, `service:NAME`. */
function normaliseNetwork(written: string): ServiceNetwork {
  if (written === 'host') return { kind: 'host' };
  return { kind: 'shared', of: written === 'workspace' ? '' : written.replace(/^service:/, '') };
}

/** `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. */
export function normaliseRestart(written = 'no'): Pick<Service, 'restart'> {
  const [when = '', retries] = written.split(':');
  if (when === 'no') return {};
  return {
    restart: { when: when as RestartPolicy['when'], ...(retries !== undefined && { retries: Number(retries) }) },
  };
}
