import { expect, it } from 'vitest';
import type { Container, ContainerState } from '../../src/model/container.ts';
import type { ObservedContainer, ObservedNetworks } from '../../src/plan/observed.ts';
import { planServices } from '../../src/plan/plan-services.ts';

const goal = (name: string, rest: object = {}) => ({ name, content: 'image', settings: 's', ...rest });

function observed(
  service: string,
  state: ContainerState,
  differs: Partial<ObservedContainer> = {},
  networks = ['net'],
): ObservedContainer {
  const id = `${service}-${state}`;
  const container: Container = { id, name: id, image: 'i', state, labels: {}, created: 1, networks, ports: [] };
  return { service, container, content: 'image', settings: 's', ...differs };
}

const onNet = (there: boolean): ObservedNetworks => ({
  ...{ needed: [{ name: 'net', internal: false, there }], left: [] },
  endpoints: new Map([['db', [{ network: 'net', aliases: ['db'] }]]]),
});
const here = onNet(true);

it.each([
  ['none declared, none there', [], [], here, []],
  ['declared', [goal('db')], [], here, ['db create -, there is none yet']],
  ['running as it should', [goal('db')], [observed('db', 'running')], here, []],
  ['stopped', [goal('db')], [observed('db', 'exited')], here, ['db start db-exited, it is stopped']],
  ['paused', [goal('db')], [observed('db', 'paused')], here, ['db unpause db-paused, it is paused']],
  [
    'of another image',
    [goal('db')],
    [observed('db', 'running', { content: 'old' })],
    here,
    ['db recreate db-running, its image changed'],
  ],
  [
    'with other settings',
    [goal('db')],
    [observed('db', 'exited', { settings: 't' })],
    here,
    ['db recreate db-exited, its settings changed'],
  ],
  [
    'not declared any more: it goes before others come',
    [goal('cache')],
    [observed('db', 'running')],
    here,
    ['db remove db-running, it is no longer in devenv.yaml', 'cache create -, there is none yet'],
  ],
  [
    'two, of which one fits',
    [goal('db')],
    [observed('db', 'running', { settings: 't' }), observed('db', 'created')],
    here,
    ['db remove db-running, left over from an interrupted command', 'db start db-created, it is stopped'],
  ],
  [
    'on no network',
    [goal('db')],
    [observed('db', 'running', {}, ['bridge'])],
    here,
    ['db connect db-running to net as db, it is not on this network'],
  ],
  [
    'stopped, and its network was removed meanwhile',
    [goal('db')],
    [observed('db', 'exited')],
    onNet(false),
    ['db connect db-exited to net as db, its network was removed', 'db start db-exited, it is stopped'],
  ],
] as const)('%s', (_name, goals, found, network, expected) => {
  const plan = planServices(goals, found, network).map((operation) => {
    const where = operation.kind === 'connect' ? ` to ${operation.network} as ${operation.aliases.join()}` : '';
    const container = 'container' in operation ? operation.container : '-';
    return `${operation.service} ${operation.kind} ${container}${where}, ${operation.cause}`;
  });
  expect(plan).toEqual(expected);
});
