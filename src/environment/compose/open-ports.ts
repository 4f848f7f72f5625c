import { DevenvError } from '../../errors/devenv-error.ts';
import type { ComposeUse, Environment } from '../../model/environment.ts';
import type { PortMapping } from '../../model/workspace.ts';

/**
 * Adds `compose.ports`. Those of a service that shares the network of the
 * workspace are the workspace's. Throws CONFIG_INVALID.
 */
export function openPorts(joined: Environment, use: ComposeUse): Environment {
  let { ports, services } = joined;
  for (const [name, more] of Object.entries(use.ports)) {
    const service = services.find((one) => one.name === name);
    const refuse = (message: string): DevenvError =>
      new DevenvError('CONFIG_INVALID', `compose.ports names the service ${name}, ${message}.`, {
        at: 'devenv.yaml',
        hint: 'Correct `compose.ports` in devenv.yaml.',
      });
    if (service === undefined) throw refuse(`but ${use.file} has no such service that is used`);
    const { network } = service;
    const joins = network?.kind === 'shared' && network.of === '';
    if (network !== undefined && !joins) throw refuse('which has no network of its own');
    const open = joins ? ports : service.ports;
    const added = more.filter(({ container }) => !open.some((port) => port.container === container));
    const taken = [ports, ...services.map((one) => one.ports)].flat();
    const clash = added.find((port) => taken.some((one) => isSamePort(one, port)));
    if (clash !== undefined) throw refuse(`but the host port ${String(clash.host)} is taken by another one`);
    if (joins) ports = [...ports, ...added];
    else services = services.map((one) => (one === service ? { ...one, ports: [...one.ports, ...added] } : one));
  }
  return { ...joined, ports, services };
}

/** Whether two ports need the same one of the machine. */
export const isSamePort = (a: PortMapping, b: PortMapping): boolean =>
  a.host !== 0 && a.host === b.host && a.protocol === b.protocol;
