import { dirname, join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import { lastLines } from '../../image/base/apply-setup.ts';
import { isNewerRelease } from './is-newer-release.ts';
import type { Context } from '../../ports/context.ts';
import { findInstallation, type Installation } from './find-installation.ts';

export interface UpdateOptions {
  /** Name and version of the npm package that runs. */
  readonly name: string;
  readonly current: string;
  /** The words that start the program. */
  readonly program: readonly string[];
  /** The version to install; absent: the newest. */
  readonly wanted?: string;
  /** Only find out. */
  readonly check: boolean;
}

export interface Update {
  readonly current: string;
  /** The version that was asked for, or the newest. */
  readonly available: string;
  readonly updated: boolean;
}

/**
 * Replaces devenv on this machine by another version of it, from the npm registry, verified by sha512. The program
 * changes at once: one that runs goes on. Throws UPDATED_ELSEWHERE, FILE_UNWRITABLE, CONFIG_INVALID,
 * CONTENT_MISMATCH, REGISTRY_UNREACHABLE.
 */
export async function updateSelf(context: Context, options: UpdateOptions): Promise<Update> {
  const { name, current, wanted, check } = options;
  const installation = check ? undefined : await findInstallation(context, options.program);
  const packages = await context.packages();
  const { version: available } = await packages.resolve(name, wanted ?? 'latest', context.signal);
  const result = { current, available };
  if (installation === undefined || available === current) return { ...result, updated: false };
  if (wanted === undefined && !isNewerRelease(available, current)) return { ...result, updated: false };
  const task = context.progress.task(`Installing devenv ${available}`);
  try {
    if (installation.kind === 'npm') await installByNpm(context, `${name}@${available}`, installation.prefix);
    else await replaceProgram(context, name, available, installation);
  } catch (error) {
    task.fail();
    throw error;
  }
  task.done();
  return { ...result, updated: true };
}

async function installByNpm({ processes, signal }: Context, wanted: string, prefix: string): Promise<void> {
  const argv = ['npm', 'install', '--global', '--prefix', prefix, '--no-fund', '--no-audit', wanted];
  const { exitCode, stdout, stderr } = await processes.run(argv, { timeout: 600_000, signal });
  if (exitCode === 0) return;
  const denied = stderr.includes('EACCES');
  throw new DevenvError('FILE_UNWRITABLE', `npm did not install ${wanted}: ${lastLines(stderr + stdout, 3)}`, {
    state: 'npm keeps the installed devenv if it fails.',
    hint: denied ? `${prefix} belongs to another user: run the command as that user.` : 'Run npm yourself to see more.',
  });
}

/** Unpacks the new version beside the old one, sees it run, and puts it in its place. */
async function replaceProgram(
  context: Context,
  name: string,
  version: string,
  installation: Exclude<Installation, { kind: 'npm' }>,
): Promise<void> {
  const { machine, processes, signal } = context;
  const [packages, files] = await Promise.all([context.packages(), context.programFiles()]);
  const platform = `${machine.platform}-${machine.architecture}`;
  const found = await packages.resolve(`${name}-${platform}`, version, signal);
  const tarball = await packages.fetch(found, signal);
  const linked = installation.kind === 'linked';
  const fresh = await files.unpack(tarball, linked ? join(installation.prefix, 'lib') : dirname(installation.path));
  try {
    const program = join(fresh, 'bin/devenv');
    const { exitCode, stderr } = await processes.run([program, '--version'], { signal });
    if (exitCode !== 0)
      throw new DevenvError(
        'FILE_UNWRITABLE',
        `Version ${version} of devenv does not run here: ${lastLines(stderr, 3)}`,
        {
          state: 'The installed devenv is as it was.',
        },
      );
    if (!linked) return await files.move(program, installation.path);
    const folder = join(installation.prefix, 'lib', `devenv-${version}`);
    if (folder !== installation.folder) await files.remove(folder);
    await files.move(fresh, folder);
    await files.link(join(folder, 'bin/devenv'), join(installation.prefix, 'bin/devenv'));
    await files.remove(installation.folder);
  } finally {
    await files.remove(fresh);
  }
}
