import { findCycle, reservedNames } from '../checks/check-services.ts';
import { parseImageReference } from '../image-reference.ts';
import { quote, type Problem } from '../problem.ts';
import { ComposeProblem, type Spot } from './node.ts';
import type { ComposeService } from './to-service.ts';

/** Problems that one service alone does not show. `own`: name of the service that is the workspace. */
export function checkTogether(
  services: readonly ComposeService[],
  workspace: ComposeService | undefined,
  own: string | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const report = (spot: Spot, message: string, expected?: string): void =>
    void problems.push(new ComposeProblem(spot, message, expected).problem);
  const known = new Map(services.map((one) => [one.service.name, one]));
  for (const { service, at, needs } of services) {
    checkName(service.name, at, report);
    checkImage(service.source, at, report);
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
