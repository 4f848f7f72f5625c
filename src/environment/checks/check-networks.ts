import { defaultNetwork } from '../../model/environment.ts';
import { asMap, isMap, type Keys } from '../../model/json.ts';
import { atKey, atValue, quote, type Path, type UnplacedProblem } from '../problem.ts';
import { asList, ownEntries } from '../shapes.ts';
import { reservedNames } from './check-services.ts';

/** Problems of networks that a schema cannot describe: what is not declared, and keys that contradict each other. */
export function checkNetworks(root: Keys): UnplacedProblem[] {
  const { network, ports, services } = root;
  return [
    ...checkAttachments(network, ['network'], root),
    ...(typeof network === 'string' ? [] : checkPorts(ports, listNames(network), ['ports'], root)),
    ...ownEntries(asMap(services)).flatMap(([name, service]) => checkService(asMap(service), ['services', name], root)),
  ];
}

function checkService(service: Keys, path: Path, root: Keys): UnplacedProblem[] {
  const { network, networks, ports, ready } = service;
  if (network !== undefined)
    return networks === undefined
      ? []
      : [
          atKey(
            [...path, 'networks'],
            'the service uses another network, so it is on none of these; remove one of both',
          ),
        ];
  const names = listNames(networks);
  const asked = isMap(ready) && (ready['tcp'] !== undefined || ready['http'] !== undefined);
  // A workspace beside a compose file is on the networks of that file.
  const known = root['compose'] === undefined && typeof root['network'] !== 'string';
  const apart = known && !listNames(root['network']).some((name) => names.includes(name));
  return [
    ...checkAttachments(networks, [...path, 'networks'], root),
    ...checkPorts(ports, names, [...path, 'ports'], root),
    ...(asked && apart
      ? [atKey([...path, 'ready'], 'the workspace tries this, but is on none of its networks', 'a command')]
      : []),
  ];
}

/** Names that nothing declares, and further names with another meaning. */
function checkAttachments(written: unknown, path: Path, { networks, compose }: Keys): UnplacedProblem[] {
  const declared = [defaultNetwork, ...Object.keys(asMap(networks))];
  const list = isMap(written) ? [] : asList(written);
  const entries = ownEntries(asMap(written));
  const isUnknown = (name: unknown): boolean =>
    typeof name === 'string' && !declared.includes(name) && compose === undefined;
  const message = (name: unknown): string => `there is no network ${quote(String(name))}`;
  const expected = `a key of "networks", or ${quote(defaultNetwork)}`;
  return [
    ...list.flatMap((name, index) => {
      if (list.indexOf(name) < index) return [atValue([...path, index], `${quote(String(name))} is listed twice`)];
      return isUnknown(name) ? [atValue([...path, index], message(name), expected)] : [];
    }),
    ...entries.flatMap(([name, own]) => [
      ...(isUnknown(name) ? [atKey([...path, name], message(name), expected)] : []),
      ...asList(asMap(own)['aliases']).flatMap((alias, index) =>
        typeof alias === 'string' && Object.hasOwn(reservedNames, alias)
          ? [atValue([...path, name, 'aliases', index], `this cannot be a further name: ${reservedNames[alias] ?? ''}`)]
          : [],
      ),
    ]),
  ];
}

/** Ports of a container whose networks are all internal: engines do not open them. */
const checkPorts = (ports: unknown, names: readonly string[], path: Path, { networks }: Keys): UnplacedProblem[] =>
  asList(ports).length > 0 && names.every((name) => asMap(asMap(networks)[name])['internal'] === true)
    ? [atKey(path, 'no port can be opened on an internal network; add another network, or remove this')]
    : [];

/** Names of the networks of a container, as written. */
function listNames(written: unknown): readonly string[] {
  const names = isMap(written) ? ownEntries(written).map(([name]) => name) : asList(written);
  return names.length === 0 ? [defaultNetwork] : names.filter((name) => typeof name === 'string');
}
