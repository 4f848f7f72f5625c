import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isOutside } from '../environment/is-outside.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { findProject } from '../environment/find.ts';
import { parseEnvValue } from '../environment/env-references.ts';
import { findVersion } from '../lock/version-items.ts';
import { refuseExisting, refuseLinks } from './refuse-output.ts';
import { readProject } from '../observe/project.ts';
import { findVersionImage } from '../observe/version-image.ts';
import type { Context } from '../ports/context.ts';
import type { Exported, ExportSource } from './formats/exported.ts';

export const exportFormats = ['devcontainer', 'dockerfile', 'compose', 'kubernetes', 'github', 'gitlab'] as const;

export type ExportFormat = (typeof exportFormats)[number];

export interface ExportOptions {
  readonly format: ExportFormat;
  /** Where the first file is written, from the current folder. Absent: nothing is written. */
  readonly output?: string;
  /** Replaces files that are there. */
  readonly force: boolean;
  /** The task that a job of a CI service runs. */
  readonly task?: string;
}

export interface ExportResult extends Exported {
  readonly format: ExportFormat;
  /** Number of the version. */
  readonly version: number;
  /** Paths of the files that were written. */
  readonly written: readonly string[];
}

/** Where the file of a format usually lies in a project, for the paths in it. */
const usualFolders: Readonly<Record<Exclude<ExportFormat, 'dockerfile'>, string>> = {
  devcontainer: '.devcontainer',
  compose: '.',
  kubernetes: '.',
  github: '.github/workflows',
  gitlab: '.',
};

/**
 * Writes the current version and the environment in another tool's format.
 * Values of this machine are not in it: variables and secrets are named.
 * Throws VERSION_NOT_PUSHED, CHANGES_PENDING, FILE_EXISTS.
 */
export async function exportEnvironment(context: Context, options: ExportOptions): Promise<ExportResult> {
  const { format, output } = options;
  const file = output === undefined ? undefined : resolve(context.folder, output);
  const folder = file && dirname(file);
  const { folder: project } = await findProject(context.files, context.folder);
  /** Before each write: a workspace can exchange a folder for a link at any time. */
  const check = async (path: string): Promise<void> => {
    await refuseLinks(context, project, dirname(path));
    if (!options.force) await refuseExisting(context, path);
  };
  if (file !== undefined) await check(file);
  const { version, files, notes, archives } =
    format === 'dockerfile'
      ? await eject(context, project, file, check)
      : { ...(await describe(context, format, folder, options.task)), archives: [] };
  if (file === undefined || folder === undefined) return { format, version, files, notes, written: [] };
  const [first, ...others] = files;
  const written = [
    { path: file, text: first.text },
    ...others.map(({ name, text }) => ({ path: join(folder, name), text })),
  ];
  for (const { path } of written) await check(path);
  await context.files.makeFolder(folder, 0o755);
  for (const { path, text } of written) {
    await check(path);
    await context.files.writeAtomic(path, text);
  }
  return { format, version, files, notes, written: [...written.map(({ path }) => path), ...archives] };
}

async function eject(
  context: Context,
  project: string,
  file: string | undefined,
  check: (path: string) => Promise<void>,
): Promise<Exported & { readonly version: number; readonly archives: readonly string[] }> {
  if (file !== undefined) {
    if (isOutside(project, file))
      throw new DevenvError('USAGE', `${file} is outside of the project, which is the context of the build.`);
    await context.files.makeFolder(dirname(file), 0o755);
  }
  const { exportDockerfile } = await import('./export-dockerfile.ts');
  const { text, ...rest } = await exportDockerfile(context, file === undefined ? undefined : { file, check });
  return { ...rest, files: [{ name: 'Dockerfile', text }] };
}

async function loadWriter(format: Exclude<ExportFormat, 'dockerfile'>): Promise<(source: ExportSource) => Exported> {
  switch (format) {
    case 'devcontainer':
      return (await import('./formats/write-devcontainer.ts')).writeDevcontainer;
    case 'compose':
      return (await import('./formats/write-compose.ts')).writeCompose;
    case 'kubernetes':
      return (await import('./formats/write-kubernetes.ts')).writeKubernetes;
    case 'github':
      return (await import('./formats/write-github.ts')).writeGithub;
    case 'gitlab':
      return (await import('./formats/write-gitlab.ts')).writeGitlab;
  }
}

/** What the writer of a format makes of a pushed version. `folder`: of the file. */
async function describe(
  context: Context,
  format: Exclude<ExportFormat, 'dockerfile'>,
  folder: string | undefined,
  task: string | undefined,
): Promise<Exported & { readonly version: number }> {
  // Without the person's variables: what a compose file takes from them stays here.
  const project = await readProject({ ...context, variables: {} });
  const { environment, lock, shape } = project;
  const way = relative(folder ?? join(project.folder, usualFolders[format]), project.folder);
  const root = way === '' ? '.' : way.startsWith('..') || isAbsolute(way) ? way : `./${way}`;
  const version = lock && findVersion(lock, lock.current);
  if (lock === undefined || version === undefined)
    throw new DevenvError('VERSION_NOT_FOUND', 'There is no version to export yet.', {
      hint: 'Run `devenv up` first.',
    });
  if (lock.shape !== shape)
    throw new DevenvError(
      'CHANGES_PENDING',
      'devenv.yaml has changes that no version contains, and only a version can be exported.',
    );
  if (environment.image === undefined || version.digest === undefined)
    throw new DevenvError(
      'VERSION_NOT_PUSHED',
      `Version ${String(version.number)} (${version.message}) was never pushed, so other tools cannot get its image.`,
      {
        hint:
          environment.image === undefined
            ? 'Add a repository to devenv.yaml, such as `image: registry.example.com/team/env`, then run `devenv push`.'
            : 'Run `devenv push`, then the same command again.',
      },
    );
  const asks = Object.values(environment.env).some((value) => {
    const parts = parseEnvValue(value);
    return typeof parts !== 'string' && parts.some(({ kind }) => kind === 'image');
  });
  // Everything else is known without an engine.
  const image = asks
    ? await context.engine().then(
        (engine) => findVersionImage(engine.images, environment.name, version),
        () => undefined,
      )
    : undefined;
  const write = await loadWriter(format);
  const written = write({
    environment,
    version,
    image: `${environment.image}@${version.digest}`,
    pins: lock.services ?? {},
    inherited: image?.config.env ?? [],
    root,
    ...(task !== undefined && { task }),
  });
  return { ...written, version: version.number };
}
