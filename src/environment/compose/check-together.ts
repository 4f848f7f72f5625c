import { defaultNetwork, type Environment } from '../../model/environment.ts';
import type { Service } from '../../model/service.ts';
import { findCycle, reservedNames } from '../checks/check-services.ts';
import { parseImageReference } from '../image-reference.ts';
import { quote, type Problem } from '../problem.ts';
import { ComposeProblem, type Spot } from './node.ts';
import type { ComposeService } from './to-service.ts';

/** Problems that one service alone does not show. `own`: name of the service that is the workspace; `networks`: those of the file. */
export function checkTogether(
  services: readonly ComposeService[],
  workspace: ComposeService | undefined,
  own: string | undefined,
  networks: Environment['networks'],
): Problem[] {
  const problems: Problem[] = [];
  const report = (spot: Spot, message: string, expected?: string): void =>
    void problems.push(new ComposeProblem(spot, message, expected).problem);
  const known = new Map(services.map((one) => [one.service.name, one]));
  for (const { service, at, ports } of [...services, ...(workspace === undefined ? [] : [workspace])]) {
    if (service.network !== undefined && service.attachments !== undefined)
      report(at, 'network_mode and networks contradict each other', 'one of both');
    if (ports.length > 0 && isSealed(service, networks))
      report(ports[0]?.node ?? at, 'no port can be opened on an internal network', 'another network, too');
  }
  for (const { service, at, needs, ports } of services) {
    checkName(service.name, at, report);
    checkImage(service.source, at, report);
    if (service.network !== undefined && ports.length > 0)
      report(ports[0]?.node ?? at, 'the service has no ports of its own: it uses another network');
    for (const [name, entry] of needs) {
      if (name === own && service.dependsOn.some((need) => need.service === name && need.until !== 'started'))
        report(entry.key, 'a service cannot wait until the workspace is ready', 'service_started');
      if (name !== own && !known.has(name)) report(entry.key, `there is no service ${quote(name)}`);
    }
  }
  const cycle = findCycle([...known.keys()], (name) =>
    [...(known.get(name)?.needs.keys() ?? [])].filter((one) => known.has(one)),
  );
  const first = known.get(cycle?.[0] ?? '');
  if (cycle !== undefined && first !== undefined) {
    const way = [...cycle, cycle[0] ?? ''].map(quote).join(' waits for ');
    report(first.needs.get(cycle[1] ?? cycle[0] ?? '')?.key ?? first.at, `services wait for each other: ${way}`);
  }
  checkPorts([...services, ...(workspace === undefined ? [] : [workspace])], report);
  return problems;
}

/** True for a service all of whose networks are internal. */
const isSealed = (
  { attachments = [{ network: defaultNetwork, aliases: [] }] }: Service,
  networks: Environment['networks'],
): boolean => attachments.every(({ network }) => networks[network]?.internal);

type Report = (spot: Spot, message: string, expected?: string) => void;

function checkName(name: string, at: Spot, report: Report): void {
  const meaning = Object.hasOwn(reservedNames, name) ? reservedNames[name] : undefined;
  if (meaning !== undefined) report(at, `a service cannot have this name: ${meaning}`);
  if (!/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name))
    report(at, `${quote(name)} is no name for a service here`, 'lower-case letters, digits, "-", "_" and "."');
}

function checkImage(source: ComposeService['service']['source'], at: Spot, report: Report): void {
  if (source.kind !== 'image') return;
  if (source.image === '') return report(at, 'the image is missing', '"image"');
  const reference = parseImageReference(source.image);
  if (reference.kind === 'invalid') report(at, `${quote(source.image)} is not an image: ${reference.problem}`);
}

function checkPorts(services: readonly ComposeService[], report: Report): void {
  const taken = new Map<string, string>();
  for (const { service, ports } of services) {
    for (const { node, port } of ports) {
      if (port.host === 0) continue;
      const key = `${String(port.host)}/${port.protocol}`;
      const holder = taken.get(key);
      if (holder !== undefined) report(node, `the host port ${String(port.host)} is also that of ${holder}`);
      taken.set(key, service.name);
    }
  }
}
