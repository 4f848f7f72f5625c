import type { Operation } from './operation.ts';
import type { PublishedPort } from '../model/workspace.ts';

/** Describes target and act of an operation: `service db: create with 127.0.0.1:5433 for 5432`. */
export function describeOperation(operation: Operation): string {
  const describe = descriptions[operation.kind] as (one: Operation) => readonly [string, string];
  return describe(operation).join(': ');
}

interface OfContainer {
  readonly service?: string;
  readonly container?: string;
}

const nameTarget = ({ service }: OfContainer): string => (service === undefined ? 'workspace' : `service ${service}`);

/** An act on one container: the verb, and the short id of a container that exists already. */
const on =
  (verb: string) =>
  (operation: OfContainer): readonly [string, string] => {
    const { container } = operation;
    return [nameTarget(operation), container === undefined ? verb : `${verb} ${container.slice(0, 12)}`];
  };

const nameVolumes = ({ volumes }: { readonly volumes: readonly string[] }): string => `volumes ${volumes.join(', ')}`;

/** Target and act of each kind. */
const descriptions: {
  readonly [Kind in Operation['kind']]: (
    operation: Extract<Operation, { kind: Kind }>,
  ) => readonly [target: string, act: string];
} = {
  pull: ({ version }) => [`version ${String(version)}`, 'pull its image'],
  base: ({ base }) => ['image', `get the base ${base}`],
  step: ({ step, title }) => [`step ${step}`, title],
  record: ({ version }) => [`version ${String(version)}`, 'check, name and record it'],
  declare: () => ['devenv.yaml', 'edit it to match'],
  'service-image': ({ service, how, source }) => [
    `image of ${service}`,
    how === 'pull' ? `pull ${source}` : `build it on ${source}`,
  ],
  pin: ({ services }) => ['devenv-lock.yaml', ['record the images of', services.join(', ') || 'services'].join(' ')],
  personal: () => ['image', 'add your personal layer'],
  values: () => ['secrets', 'read their values'],
  network: ({ network, internal }) => [`network ${network}`, internal ? 'create without a way out' : 'create'],
  volume: ({ volume }) => [`volume ${volume}`, 'create'],
  seed: (one) => [nameVolumes(one), "create and fill with the team's data"],
  adopt: (one) => [nameVolumes(one), 'create and fill with the data from before the move'],
  folders: ({ folders }) => [`folders ${folders.join(', ')}`, 'create on the host'],
  hold: on('hold'),
  rename: on('rename'),
  create: (one) => [nameTarget(one), `create${describePorts(one.ports)}`],
  fill: on('copy changes into it'),
  name: on('give it its name'),
  start: on('start'),
  unpause: on('unpause'),
  connect: (one) => [nameTarget(one), `${on('connect')(one)[1]} to ${one.network} as ${one.aliases.join(', ')}`],
  disconnect: (one) => [nameTarget(one), `${on('disconnect')(one)[1]} from ${one.network}`],
  stop: on('stop'),
  remove: on('remove'),
  secrets: (one) => [nameTarget(one), 'give it the secrets'],
  ready: (one) => [nameTarget(one), one.until === undefined ? 'wait until it is ready' : 'wait until it has completed'],
  alive: ({ services }) => [`services ${services.join(', ')}`, 'check that they still run'],
  owners: ({ again }) => ['project files', again ? 'map their owners again' : 'map their owners'],
  hook: ({ moment }) => ['workspace', `run the ${moment} hook`],
  intent: ({ snapshot, phase }) => [`restore of snapshot ${String(snapshot)}`, phases[phase]],
  unpack: (one) => [nameVolumes(one), 'unpack the copies beside the data'],
  exchange: (one) => [nameVolumes(one), 'exchange the data for the copies'],
  sweep: (one) => [nameVolumes(one), 'remove the data that was replaced'],
  snapshot: () => ['workspace', 'keep what goes as a snapshot'],
  'remove-network': ({ network }) => [`network ${network}`, 'remove'],
  'remove-volume': ({ volume }) => [`volume ${volume}`, 'remove'],
};

const phases = {
  prepare: 'record that it begins',
  exchange: 'record that it takes effect',
  end: 'record its end',
} as const;

function describePorts(ports: readonly PublishedPort[]): string {
  if (ports.length === 0) return '';
  const shown = ports.map(({ address, host, container, wished }) => {
    const moved = host === wished ? '' : ` in place of ${String(wished)}`;
    return `${address}:${String(host)}${moved} for ${String(container)}`;
  });
  return ` with ${shown.join(', ')}`;
}
