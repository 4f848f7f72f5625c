import { posix } from 'node:path';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { asMap, isMap, parseCommentedJson, type Keys } from '../../../model/json.ts';
import { asList } from '../../../environment/shapes.ts';
import { importComposeUse, parseForward } from './compose-use.ts';
import { Import, type Imported, type ImportWorld } from './imported.ts';
import { importBase } from './import-base.ts';
import { importHooks, isArgv, readCommand } from './import-hooks.ts';
import { importMount } from './import-mount.ts';
import { importRunArgs } from './import-run-args.ts';
import { substitute, substituteEnv, type Names } from './substitute.ts';
import { quoteWords } from '../../../model/shell/quote-words.ts';
import { nameProject } from '../name-project.ts';

/** Fields that need no key, and why. */
const unneeded: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['customizations', 'settings', 'extensions', '$schema', 'devPort', 'portsAttributes', 'otherPortsAttributes'].map(
      (field) => [field, 'for an editor'],
    ),
  ),
  hostRequirements: 'advice to who chooses a machine',
  userEnvProbe: 'for an editor',
  updateRemoteUserUID: 'files of the workspace belong to you on the machine in any case',
  overrideCommand: 'the workspace runs whatever the command of the image is',
  shutdownAction: '`devenv down` stops the workspace',
  waitFor: '`devenv up` waits for all hooks',
};

/**
 * Maps a devcontainer.json: comments, trailing commas, repeated keys, text before
 * the first brace, and names of older versions. Throws CONFIG_INVALID if it is no
 * JSON object.
 */
export async function importDevcontainer(text: string, world: ImportWorld): Promise<Imported> {
  const json = parse(text, world.file);
  const into = new Import(world.file);
  const below = posix.dirname(world.file);
  // Read by the functions below; what is left is not known.
  const { name, workspaceFolder, workspaceMount, features, ...rest } = json;
  const folder = findFolder(workspaceFolder, workspaceMount, world.folder);
  const names: Names = { basename: world.folder, folder: folder ?? '/workspace' };
  if (json['dockerComposeFile'] === undefined) {
    importBase(into, json, below, names);
    importFolder(into, json, folder);
  } else {
    await importComposeUse(into, json, world, folder);
  }
  if (isMap(features)) importFeatures(into, features, below);
  importHooks(into, json, names);
  for (const [field, value] of Object.entries(rest)) importField(into, field, value, json, names);
  const title = typeof name === 'string' ? name.replace(/\$\{[^{}]*\}/g, '').trim() : '';
  if (name !== undefined && title === '') into.skip('name', 'the name of the folder');
  else if (name !== undefined) into.fields.unshift({ name: 'name', verdict: 'mapped', to: 'name' });
  return { entries: into.entries, fields: into.fields, ...(title !== '' && { name: nameProject(title) }) };
}

function parse(text: string, file: string): Keys {
  // Two of a hundred public files have a pasted line before the first brace.
  const found = [text, text.slice(Math.max(0, text.search(/^[ \t]*\{/m)))].map(parseCommentedJson).find(isMap);
  if (found !== undefined && !isDeeper(found, deepest)) return found;
  throw new DevenvError('CONFIG_INVALID', `${file} is not a JSON object, comments and trailing commas allowed.`, {
    at: file,
    hint: 'Correct it, or write devenv.yaml by hand.',
    state: 'Nothing was written.',
  });
}

/** Levels of lists and objects: more than any field has. */
const deepest = 20;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

/** Handled before, or together with another field. */
const handled = new Set([
  ...['image', 'build', 'dockerFile', 'context', 'dockerComposeFile', 'service', 'runServices'],
  ...['onCreateCommand', 'updateContentCommand', 'postCreateCommand', 'postStartCommand', 'postAttachCommand'],
]);

function importField(into: Import, field: string, value: unknown, json: Keys, names: Names): void {
  if (handled.has(field)) return;
  const why = Object.hasOwn(unneeded, field) ? unneeded[field] : undefined;
  if (why !== undefined) return into.skip(field, why);
  const take = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (take === undefined) return into.lose(field, 'devenv does not know this field');
  take(into, field, value, names, json);
}

type Take = (into: Import, field: string, value: unknown, names: Names, json: Keys) => void;

const importEnv: Take = (into, field, value, names) => {
  for (const [name, text] of Object.entries(asMap(value))) {
    if (typeof text === 'string') into.map(field, ['env', name], substituteEnv(text, names));
    else into.lose(`${field}.${name}`, 'devenv takes no variable away');
  }
};

const flag =
  (path: string): Take =>
  (into, field, value) =>
    value === true ? into.map(field, path, true) : into.skip(field, 'the default');

const fields: Readonly<Record<string, Take>> = {
  containerEnv: importEnv,
  remoteEnv: importEnv,
  remoteUser: (into, field, value) => importUser(into, field, value),
  containerUser: (into, field, value, _, json) =>
    json['remoteUser'] === undefined ? importUser(into, field, value) : into.skip(field, 'commands run as remoteUser'),
  forwardPorts: (into, field, value, _, json) => asList(value).forEach((port) => importPort(into, field, port, json)),
  appPort: (into, field, value) =>
    (Array.isArray(value) ? value : [value]).forEach((port: unknown) => importPort(into, field, port, {})),
  mounts: (into, field, value, names) => asList(value).forEach((mount) => importMount(into, field, mount, names)),
  runArgs: (into, _, value, names) => importRunArgs(into, asList(value), names),
  privileged: flag('limits.privileged'),
  init: flag('init'),
  capAdd: (into, field, value) =>
    asList(value).forEach((one) =>
      into.map(field, 'limits.cap_add', String(one).toUpperCase().replace(/^CAP_/, ''), true),
    ),
  securityOpt: (into, field, value) =>
    asList(value).forEach((one) => into.map(field, 'security_opt', String(one).replace(':', '='), true)),
  overrideFeatureInstallOrder: (into, field, value) =>
    asList(value).forEach((one) =>
      into.map(field, 'feature_order', nameFeature(String(one)).replace(/:[^/:]*$/, ''), true),
    ),
  secrets: (into, field, value) => Object.keys(asMap(value)).forEach((name) => into.map(field, 'secrets', name, true)),
  initializeCommand: importPrepare,
};

/** It runs on the machine: shown at `up`, and never run. */
function importPrepare(into: Import, field: string, value: unknown, names: Names): void {
  const command = readCommand(into, field, value, { ...names, folder: '.' });
  if (command === undefined) return;
  const lines = typeof command === 'string' || isArgv(command) ? [command] : Object.values(command);
  into.map(field, 'prepare', lines.map((line) => (typeof line === 'string' ? line : quoteWords(line))).join('\n'));
}

const importUser = (into: Import, field: string, value: unknown): void =>
  typeof value === 'string' && !value.includes('$')
    ? into.map(field, 'user', value)
    : into.lose(field, 'the user is another one on each machine');

function importPort(into: Import, field: string, port: unknown, { service }: Keys): void {
  const text = String(port);
  const { host, number } = parseForward(text) ?? {};
  if (host === 'localhost' || (host !== undefined && host === service))
    return into.map(field, 'ports', Number(number), true);
  // What compose.ports can say is said there.
  if (host !== undefined) {
    const isSaid = into.fields.some(({ name, to }) => name === `${field}: ${text}` && to === 'compose.ports');
    if (!isSaid) into.lose(`${field}: ${text}`, `there is no service ${host}`);
    return;
  }
  into.map(field, 'ports', /^\d+$/.test(text) ? Number(text) : text, true);
}

/** Where the project is. A mount of the project says so, and a folder below it is one of its own. */
function findFolder(workspaceFolder: unknown, workspaceMount: unknown, basename: string): string | undefined {
  const names: Names = { basename, folder: '/workspace' };
  const text = (value: unknown): string =>
    typeof value === 'string' ? substitute(value, names).replace(/(?<=.)\/$/, '') : '';
  const mount = /(?:^|,)\s*(?:target|dst|destination)=([^,]+)/.exec(text(workspaceMount))?.[1];
  const folder = text(workspaceFolder);
  if (mount !== undefined && (folder === '' || `${folder}/`.startsWith(`${mount}/`))) return mount;
  return folder === '' ? undefined : folder;
}

function importFolder(into: Import, { workspaceFolder, workspaceMount }: Keys, folder: string | undefined): void {
  if (workspaceFolder !== undefined && folder !== undefined) into.map('workspaceFolder', 'folder', folder);
  if (workspaceMount === undefined) return;
  if (typeof workspaceMount === 'string' && workspaceMount.includes('type=volume'))
    into.lose('workspaceMount', 'the project itself in a volume: devenv mounts its folder');
  else if (folder !== undefined) into.map('workspaceMount', 'folder', folder);
  else into.skip('workspaceMount', 'devenv mounts the project');
}

function importFeatures(into: Import, features: Keys, below: string): void {
  for (const [name, options] of Object.entries(features)) {
    const source = name.startsWith('.') ? `./${posix.join(below, name)}` : nameFeature(name);
    const values = Object.entries(asMap(options)).map(
      ([option, value]) => [option, typeof value === 'boolean' ? value : String(value)] as const,
    );
    into.map(
      `features: ${name}`,
      ['features', source],
      typeof options === 'string' ? options : Object.fromEntries(values),
    );
  }
}

/** Features of 2021 have no registry in their name. */
const nameFeature = (name: string): string =>
  name.includes('/') || name.startsWith('.')
    ? name
    : `ghcr.io/devcontainers/features/${name}${name.includes(':') ? '' : ':1'}`;
