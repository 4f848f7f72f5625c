import { completeEnvironment } from '../environment/complete-environment.ts';
import { refuseMissing, refuseUnreadable } from '../environment/read-project-text.ts';
import { findProject } from '../environment/find.ts';
import { parseLock } from '../lock/parse-lock.ts';
import type { Environment } from '../model/environment.ts';
import { keyOfDockerfile } from '../model/image-inputs.ts';
import type { FeatureReading } from './features/complete-features.ts';
import type { ServiceBuild } from '../model/service.ts';
import type { Items } from '../model/item.ts';
import type { Digest, Lock } from '../model/version.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { resolveDesiredItems } from '../lock/desired-items.ts';
import { hashItems } from '../lock/hash-json.ts';
import { hashedPaths, providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Place } from './place.ts';
import { recallCompose } from './recall-compose.ts';
import { recallConfig } from './recall-config.ts';

/** A project as its files declare it. */
export interface Project {
  /** Absolute, where devenv.yaml lies. */
  readonly folder: string;
  readonly environment: Environment;
  /** Project path → sha256, of the files that shape the image; and for Dockerfiles as `resolveDesiredItems` takes it. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly desired: Items;
  /** Hash of `desired`. */
  readonly shape: Digest;
  readonly lock: Lock | undefined;
  /** Exact text of the lock as it was read; a write compares it. */
  readonly lockText: string | undefined;
}

/** Bytes. */
export const configLimit = 256 * 1024;
export const lockLimit = 4 * 1024 * 1024;

export const lockPath = (folder: string): string => `${folder}/devenv-lock.yaml`;

/**
 * Reads devenv.yaml, devenv-lock.yaml and the files that shape the image. Status
 * 3 if one is not valid. `features`: only a build needs those that the lock does
 * not have.
 */
export async function readProject(context: Context, features: FeatureReading = 'recorded'): Promise<Project> {
  const { folder, file } = await findProject(context.files, context.folder);
  const text = await readConfigText(context.files, file, folder);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `There is no devenv.yaml in ${folder}.`);
  const parsed = await recallConfig(context, folder, text);
  const trees = recallCompose(context, folder);
  const written = await completeEnvironment(context.files, folder, parsed, context.variables, trees.parse);
  await trees.keep();
  const recorded = await readLock(context, folder);
  return { folder, ...recorded, ...(await readShape(context, folder, written, recorded.lock, features)) };
}

/** Reads the files that shape the image of an environment. Status 3 if one is not valid. */
export async function readShape(
  context: Context,
  folder: string,
  written: Environment,
  lock: Lock | undefined,
  features: FeatureReading,
): Promise<Omit<Project, 'folder' | 'lock' | 'lockText'>> {
  const environment = await addFeatures(context, folder, written, lock, features);
  const hashes = await hashFiles(context, folder, environment);
  const desired = resolveDesiredItems(environment, hashes, providers);
  return { environment, hashes, desired, shape: hashItems(desired) };
}

async function addFeatures(
  context: Context,
  folder: string,
  environment: Environment,
  lock: Lock | undefined,
  reading: FeatureReading,
): Promise<Environment> {
  if (environment.features.requests.length === 0) return environment;
  const { completeFeatures } = await import('./features/complete-features.ts');
  return completeFeatures(context, folder, environment, lock, reading);
}

/** A workspace of a project, with the identity of its folder. */
export async function identifyPlace(
  { files }: Pick<Context, 'files'>,
  { folder, environment }: Pick<Project, 'folder' | 'environment'>,
  workspace: string,
): Promise<Place> {
  return { project: environment.name, folder, workspace, identity: await files.identify(folder) };
}

/** Reads the lock again, after this command wrote it. */
export async function readLock(
  { files }: Pick<Context, 'files'>,
  folder: string,
): Promise<Pick<Project, 'lock' | 'lockText'>> {
  const lockText = await readLockText(files, folder);
  return { lock: lockText === undefined ? undefined : parseLock(lockText, 'devenv-lock.yaml'), lockText };
}

/** The text of devenv.yaml; undefined if there is none. CONFIG_INVALID if it is too large. */
export const readConfigText = (files: HostFiles, file: string, folder: string): Promise<string | undefined> =>
  files.readText(file, configLimit, folder).catch(refuseSize('CONFIG_INVALID', 'devenv.yaml'));

/** The text of devenv-lock.yaml; undefined if there is none. LOCK_INVALID if it is too large. */
export const readLockText = (files: HostFiles, folder: string): Promise<string | undefined> =>
  files.readText(lockPath(folder), lockLimit, folder).catch(refuseSize('LOCK_INVALID', 'devenv-lock.yaml'));

const refuseSize =
  (code: 'CONFIG_INVALID' | 'LOCK_INVALID', name: string) =>
  (error: unknown): never => {
    const limit = error instanceof DevenvError ? error.data?.['limit'] : undefined;
    if (typeof limit !== 'number') throw error;
    throw new DevenvError(code, `it is larger than ${String(limit / 1024)} kB`, { at: name, cause: error });
  };

async function hashFiles(context: Context, folder: string, environment: Environment): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const built = environment.services.flatMap(({ source }) =>
    source.kind === 'build' ? [serviceEnvironment(environment, source.build)] : [],
  );
  for (const { base } of [environment, ...built]) {
    if (base.kind !== 'dockerfile') continue;
    const { hashDockerfile } = await import('./dockerfile/hash-dockerfile.ts');
    hashes[keyOfDockerfile(base)] ??= await hashDockerfile(context, folder, base);
  }
  for (const path of new Set([environment, ...built].flatMap(hashedPaths))) {
    const hash = await context.files.hash(`${folder}/${path}`, folder).catch(refuseUnreadable(path));
    hashes[path] = hash ?? refuseMissing('file', path);
  }
  return hashes;
}

/** The environment that a service's image is built from: what the service declares, and nothing of the workspace. */
export function serviceEnvironment(environment: Environment, { base, packages, run }: ServiceBuild): Environment {
  // Its programs run as the user of the base; no user is added.
  return {
    ...environment,
    base,
    packages,
    run,
    tools: {},
    toolFiles: {},
    repositories: [],
    aptPreferences: {},
    venvs: {},
    features: { requests: [], order: [] },
    downloads: [],
    files: [],
    env: {},
    user: 'root',
    services: [],
  };
}
