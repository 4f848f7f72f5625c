import { DevenvError } from '../../../errors/devenv-error.ts';
import { suggestNearest } from '../../../errors/suggest-nearest.ts';
import { asMap, type Keys } from '../../../model/json.ts';
import { addWorkspaceKeys, parseServices, readService } from './compose-use.ts';
import { dotenvFiles, findLocalAddresses } from '../detect/local-addresses.ts';
import { Import, type Imported, type ImportWorld } from './imported.ts';

/** Commands of a service that only keeps a container running, to work in it. */
const waiting = /\bsleep\s+(?:infinity|inf|\d{4,})|\btail\s+-[fF]\s+\/dev\/null|\bwhile\s+(?:sleep|:|true)/;

/** Whether a service of a compose file is for work: its command only waits. */
export const isForWork = (service: unknown): boolean => waiting.test(JSON.stringify(asMap(service)['command'] ?? ''));

/** Whether a YAML file at `path` is for Compose: by its name, or because it has services. */
export const isComposeFile = (text: string, path: string): boolean =>
  /compose[\w.-]*\.ya?ml$/.test(path) || Object.keys(parseServices(text)).length > 0;

/**
 * A compose file stays where it is: devenv reads it at each command.
 * `workspace`: the service to work in; default: the one whose command only waits.
 * Throws USAGE if there is no such service.
 */
export async function importCompose(
  text: string,
  file: string,
  read: ImportWorld['read'],
  workspace?: string,
): Promise<Imported> {
  const into = new Import(file);
  const services = parseServices(text);
  if (workspace !== undefined && !Object.hasOwn(services, workspace)) throw refuseUnknown(file, services, workspace);
  const name = workspace ?? Object.keys(services).find((one) => isForWork(services[one]));
  for (const [service, keys] of Object.entries(services))
    for (const key of Object.keys(asMap(keys))) into.refer(`services.${service}.${key}`, 'compose.file');
  if (name === undefined) into.map('services', 'compose', file);
  else {
    addWorkspaceKeys(into, `services.${name}`, readService([text], file, name), undefined);
    into.map(`services.${name}`, 'compose', { file, workspace: name });
  }
  const beside = Object.fromEntries(
    Object.entries(services).filter(([service, keys]) => service !== name && asMap(keys)['build'] === undefined),
  );
  for (const path of dotenvFiles)
    for (const { variable, outside, inside } of findLocalAddresses(
      beside,
      path,
      await read(path).catch(() => undefined),
    ))
      into.refer(`${path}: ${variable}`, `${outside} there is ${inside} in the workspace`);
  return { entries: into.entries, fields: into.fields };
}

function refuseUnknown(file: string, services: Keys, name: string): DevenvError {
  const names = Object.keys(services);
  return new DevenvError('USAGE', `${file} has no service ${name}.`, {
    hint: `${suggestNearest(name, names)}It has: ${names.join(', ')}.`,
    state: 'Nothing was written.',
  });
}
