import { basename, dirname, join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';

/** How devenv came to this machine, which says how it is updated. */
export type Installation =
  /** By install.sh: `prefix/bin/devenv` leads to the package in `folder`. */
  | { readonly kind: 'linked'; readonly prefix: string; readonly folder: string }
  /** An executable that a person put somewhere. */
  | { readonly kind: 'file'; readonly path: string }
  /** A global package of npm. */
  | { readonly kind: 'npm'; readonly prefix: string };

type Ports = Pick<Context, 'files'>;

/**
 * Finds out how the program was installed. `program`: the words that start it. Throws
 * UPDATED_ELSEWHERE if something else than `devenv self update` updates it.
 */
export async function findInstallation({ files }: Ports, program: readonly string[]): Promise<Installation> {
  const path = (await files.realPath(program.at(-1) ?? '')) ?? '';
  const [, holder = '', rest = ''] = /^(.*?)\/node_modules\/(.*)$/.exec(path) ?? [];
  if (rest !== '') return judgePackage(holder);
  refuseOthers(path);
  const list = await files.readText('/var/lib/dpkg/info/teamvm-devenv.list', 1024 * 1024);
  if (list?.split('\n').includes(path) === true)
    throw elsewhere('apt', 'Install the Debian package of the new version: `apt install ./teamvm-devenv_….deb`.');
  const [, prefix, name] = /^(.*)\/lib\/(devenv-[\w.-]+)\/(?:bin\/devenv|lib\/bin\/devenv\.js)$/.exec(path) ?? [];
  if (prefix !== undefined && name !== undefined) {
    const folder = join(prefix, 'lib', name);
    const linked = await files.realPath(join(prefix, 'bin/devenv'));
    if (linked?.startsWith(`${folder}/`) === true) return { kind: 'linked', prefix, folder };
  }
  if (program.length === 1) return { kind: 'file', path };
  if (basename(dirname(path)) === 'bin' && (await files.kindOf(join(dirname(path), '../src/start'))) !== undefined)
    throw elsewhere('git', 'This is a clone of the repository: `git pull && npm ci`.');
  throw elsewhere('hand', 'Unpack the archive of the new version in its place.');
}

function judgePackage(holder: string): Installation {
  if (/\/(?:\.pnpm|pnpm)(?:\/|$)/.test(holder))
    throw elsewhere('pnpm', 'Run `pnpm add --global @teamvm/devenv@latest`.');
  if (/\/yarn\/global$/.test(holder)) throw elsewhere('Yarn', 'Run `yarn global add @teamvm/devenv@latest`.');
  if (/\/\.bun\//.test(holder)) throw elsewhere('Bun', 'Run `bun add --global @teamvm/devenv@latest`.');
  if (/\/\.volta\//.test(holder)) throw elsewhere('Volta', 'Run `volta install @teamvm/devenv`.');
  if (/\/_npx\//.test(holder)) throw elsewhere('npx', 'Run `npx @teamvm/devenv@latest`.');
  if (basename(holder) === 'lib') return { kind: 'npm', prefix: dirname(holder) };
  const hint = `Run \`npm install @teamvm/devenv@latest\` in ${holder}/..: it is a package there.`;
  throw elsewhere("the project's package manager", hint);
}

function refuseOthers(path: string): void {
  if (/\/devenv\/wrapper\/[0-9a-f]{128}\//.test(path))
    throw elsewhere(
      'the wrapper',
      'devenvw.conf pins the version of this project. Install the new version, and run `devenv init --wrapper` there.',
    );
  if (path.startsWith('/nix/store/')) throw elsewhere('Nix', 'Update your Nix profile or configuration.');
  if (/\/(?:Cellar|homebrew)\//.test(path)) throw elsewhere('Homebrew', 'Run `brew upgrade devenv`.');
  if (path.startsWith('/snap/')) throw elsewhere('snap', 'Run `snap refresh devenv`.');
}

const elsewhere = (owner: string, hint: string): DevenvError =>
  new DevenvError('UPDATED_ELSEWHERE', `This devenv is not updated by itself, but by ${owner}.`, {
    ...{ hint, state: 'Nothing was changed.' },
  });
