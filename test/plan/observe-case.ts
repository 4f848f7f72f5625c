import type { Container, ContainerState } from '../../src/model/container.ts';
import type { ImagePlan } from '../../src/model/plan.ts';
import type { Digest } from '../../src/model/version.ts';
import type { PortMapping } from '../../src/model/workspace.ts';
import type { Endpoint, Observed, ObservedContainer, ObservedService } from '../../src/plan/observed.ts';
import type { UpPlanOptions } from '../../src/plan/plan-up.ts';

/** A container in a case: its state, or its state and what is unusual about it. */
type ShownContainer =
  | ContainerState
  | {
      readonly id?: string;
      readonly name?: string;
      readonly state: ContainerState;
      readonly exitCode?: number;
      readonly content?: string;
      readonly settings?: string;
      readonly shares?: string;
      readonly changed?: readonly string[];
      readonly networks?: readonly string[];
      readonly created?: number;
      readonly former?: string;
    };

type Shown = ShownContainer | 'none';

interface ShownService {
  readonly is?: Shown | readonly Shown[];
  readonly how?: 'pull' | 'build';
  readonly source?: string;
  readonly pinned?: boolean;
  readonly here?: boolean;
  readonly ports?: readonly number[];
  readonly volumes?: readonly string[];
  /** `db`, or `db started` and the like. */
  readonly needs?: readonly string[];
  readonly until?: 'completed';
  readonly proxy?: true;
  /** Networks that it is to be on, each with further names after it: `shop database`. Default: `shop`. */
  readonly networks?: readonly string[];
  /** `host`, `workspace`, or the service whose network it uses. */
  readonly network?: string;
  readonly asked?: boolean;
  readonly ready?: boolean;
}

/** What a case file says of the world. What it leaves out is as after an `up`: all there, all running. */
export interface Given {
  /** Whose plan is made. Default: that of `up`. */
  readonly command?: 'up' | 'down' | 'destroy' | 'reset' | 'restore' | 'rollback';
  /** Of `destroy`: data that goes, too, and what is kept as a snapshot first. */
  readonly data?: readonly string[];
  readonly keep?: 'everything' | 'containers' | 'workspace';
  /** Of `reset`: the container `c1` has changes that no version has. Default: true. */
  readonly changed?: boolean;
  /** Of `rollback`: devenv.yaml is edited. */
  readonly declares?: boolean;
  /** Of `restore`: what the snapshot has. */
  readonly snapshot?: {
    readonly volumes?: readonly string[];
    readonly unnamed?: readonly string[];
    readonly fileSystem?: 'version' | 'layer' | 'image';
    readonly keep?: boolean;
  };
  /** Number of the current version; `null` before the first build. */
  readonly current?: number | null;
  readonly here?: boolean;
  readonly build?: {
    readonly start: 'base' | number;
    readonly steps: readonly string[];
    readonly cause?: string;
  };
  readonly personal?: Observed['image']['personal'];
  readonly stalePins?: boolean;
  readonly workspace?: Shown | readonly Shown[];
  readonly ports?: readonly number[];
  readonly mounts?: readonly string[];
  readonly folders?: readonly string[];
  readonly hooks?: readonly ('create' | 'update' | 'start' | 'attach')[];
  readonly watched?: 'changed';
  readonly record?:
    | 'none'
    | {
        readonly container?: string;
        readonly created?: boolean;
        readonly updated?: string;
        readonly started?: boolean;
        readonly owners?: 'settled' | 'mapped' | 'stale';
      };
  readonly services?: Readonly<Record<string, ShownService | null>>;
  /** Services that devenv.yaml no longer has. */
  readonly gone?: Readonly<Record<string, ShownContainer>>;
  readonly network?: 'there' | 'missing';
  /** Networks that are not there. */
  readonly missing?: readonly string[];
  /** Networks without a way out. */
  readonly internal?: readonly string[];
  /** Networks that devenv.yaml no longer names. */
  readonly left?: readonly string[];
  /** Networks of the workspace, as `networks` of a service; default: `shop`, if there are services. */
  readonly on?: readonly string[];
  /** Of `destroy`: networks that the engine has. */
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly adopted?: readonly string[];
  readonly seed?: readonly string[];
  readonly taken?: readonly { readonly host: number; readonly by?: string; readonly container?: string }[];
  readonly portless?: readonly string[];
  readonly secrets?: boolean;
  readonly options?: Partial<UpPlanOptions>;
}

const contentOf = (version: number): Digest => `sha256:${String(version).repeat(4)}`;

export const optionsOf = ({ options }: Given): UpPlanOptions => ({
  ...{ strict: false, frozen: false, carry: false },
  ...options,
});

/** The value that a planner gets in a case. */
export function observeCase(given: Given): Observed {
  const current = given.current === null ? undefined : (given.current ?? 3);
  const services = Object.entries(given.services ?? {}).map(([name, shown]) => [name, shown ?? {}] as const);
  const endpoints = new Map([
    ['', (given.on ?? (services.length > 0 ? ['shop'] : [])).map((one) => showEndpoint('workspace', one))],
    ...services.map(([name, { networks, network }]) => {
      const shown = network === undefined ? (networks ?? ['shop']) : [];
      return [name, shown.map((one) => showEndpoint(name, one))] as const;
    }),
  ]);
  const networksOf = (name: string): readonly string[] => (endpoints.get(name) ?? []).map(({ network }) => network);
  const needed = [...new Set([...endpoints.keys()].flatMap(networksOf))];
  const missing = given.network === 'missing' ? ['shop'] : (given.missing ?? []);
  const content = current === undefined ? '' : contentOf(current);
  const containers = listShown(given.workspace ?? (current === undefined ? 'none' : 'running')).map((shown, index) =>
    showContainer(shown, { id: `c${String(index + 1)}`, content, networks: networksOf('') }),
  );
  return {
    image: {
      build: given.build === undefined ? { kind: 'none' } : showBuild(given.build),
      base: 'debian:bookworm-slim',
      ...(current !== undefined && { current: { number: current, content: contentOf(current) } }),
      next: (current ?? 0) + 1,
      here: given.here ?? true,
      personal: given.personal ?? 'none',
      stalePins: given.stalePins ?? false,
    },
    workspace: {
      settings: 's',
      ports: (given.ports ?? []).map(showPort),
      volumes: given.mounts ?? [],
      folders: given.folders ?? [],
      containers,
      hooks: Object.fromEntries((given.hooks ?? []).map((moment) => [moment, [{ [moment]: 'true' }]])),
      update: given.watched ?? 'same',
      ...(given.record !== 'none' && containers.length > 0 && { record: showRecord(given) }),
    },
    services: services.map(([name, shown]) => showService(name, shown)),
    serviceContainers: [
      ...services.flatMap(([name, { is }]) =>
        listShown(is ?? 'running').map((shown, index) => ({
          ...showContainer(shown, {
            id: `${name}${String(index + 1)}`,
            content: `${name} image`,
            networks: networksOf(name),
          }),
          service: name,
        })),
      ),
      ...Object.entries(given.gone ?? {}).map(([name, shown]) => ({
        ...showContainer(shown, { id: `${name}1`, content: `${name} image`, networks: ['shop'] }),
        service: name,
      })),
    ],
    networks: {
      needed: needed.map((name) => ({
        ...{ name, internal: given.internal?.includes(name) ?? false, there: !missing.includes(name) },
      })),
      left: given.left ?? [],
      endpoints,
    },
    volumes: given.volumes ?? [],
    adopted: given.adopted ?? [],
    seed: given.seed ?? [],
    ports: (given.taken ?? []).map(({ host, by = '', container }) => ({
      ...{ address: '127.0.0.1', host, protocol: 'tcp' as const, holder: by },
      ...(container !== undefined && { container }),
    })),
    portless: given.portless ?? [],
    secrets: given.secrets ?? false,
  };
}

function listShown(shown: Shown | readonly Shown[]): readonly ShownContainer[] {
  const all = Array.isArray(shown) ? (shown as readonly Shown[]) : [shown as Shown];
  return all.flatMap((one): ShownContainer[] => (one === 'none' ? [] : [one]));
}

function showContainer(
  shown: ShownContainer,
  usual: { readonly id: string; readonly content: string; readonly networks: readonly string[] },
): ObservedContainer {
  const unusual: Exclude<ShownContainer, string> = typeof shown === 'string' ? { state: shown } : shown;
  const { id = usual.id, state, settings = 's', content = usual.content, networks = usual.networks } = unusual;
  const container: Container = {
    ...{ id, name: unusual.name ?? id, image: 'i', state, labels: {}, created: unusual.created ?? 1 },
    ...{ networks, ports: [] },
    ...(unusual.exitCode !== undefined && { exitCode: unusual.exitCode }),
  };
  const { changed = [] } = unusual;
  return {
    container,
    content,
    settings,
    changed,
    shares: unusual.shares,
    ...(unusual.former !== undefined && { former: unusual.former }),
  };
}

const showPort = (host: number): PortMapping => ({ address: '127.0.0.1', host, container: host, protocol: 'tcp' });

function showService(name: string, shown: ShownService): ObservedService {
  return {
    ...{ name, settings: 's', how: shown.how ?? 'pull', source: shown.source ?? `${name}:1` },
    ...(shown.pinned !== false && { content: `${name} image` }),
    here: shown.here ?? (shown.pinned !== false && shown.how !== 'build'),
    ports: (shown.ports ?? []).map(showPort),
    volumes: shown.volumes ?? [],
    dependsOn: (shown.needs ?? []).map((need) => {
      const [service = '', until = 'ready'] = need.split(' ');
      return { service, until: until as 'ready' };
    }),
    until: shown.until,
    ...(shown.proxy && { proxy: true }),
    ...(shown.network !== undefined && { network: showNetwork(shown.network) }),
    askedFromWorkspace: shown.asked ?? false,
    ...(shown.ready !== undefined && { ready: shown.ready }),
  };
}

const showEndpoint = (name: string, shown: string): Endpoint => {
  const [network = '', ...aliases] = shown.split(' ');
  return { network, aliases: [name, ...aliases] };
};

const showNetwork = (of: string): NonNullable<ObservedService['network']> =>
  of === 'host' ? { kind: 'host' } : { kind: 'shared', of: of === 'workspace' ? '' : of };

function showBuild({ start, steps, cause }: NonNullable<Given['build']>): ImagePlan {
  return {
    kind: 'build',
    start: start === 'base' ? { kind: 'base' } : { kind: 'version', number: start },
    ...(cause !== undefined && { cause }),
    steps: steps.map((id) => ({ id, title: `do ${id}`, cause: 'not in it', actions: [] })),
    items: { set: {}, unset: [] },
    loses: [],
  };
}

function showRecord({ record }: Given): NonNullable<Observed['workspace']['record']> {
  const {
    container = 'c1',
    created = true,
    updated = 'same',
    started = true,
    owners = 'settled',
  } = record === undefined || record === 'none' ? {} : record;
  return { container, hooks: { created, updated, started }, owners };
}
