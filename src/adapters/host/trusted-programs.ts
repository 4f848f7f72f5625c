import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Processes, Programs, RunOptions, RunResult } from '../../ports/processes.ts';

interface TrustedProgramsOptions {
  /** Absolute folder where the command was given. */
  readonly folder: string;
  /** Value of PATH. */
  readonly path?: string | undefined;
}

/**
 * Runs programs of this machine that no project controls. Workspaces write
 * their project folders: PATH entries that are relative or lead into a project
 * are ignored, also for programs that devenv starts. Programs run in the root
 * folder by default.
 */
export class TrustedPrograms implements Programs, Processes {
  readonly #processes: Processes;
  readonly #given: string;
  /** Real path of the command's project, resolved at the start: its devenv.yaml may vanish later. */
  readonly #project: string | undefined;
  readonly #inProject = new Map<string, boolean>();
  #folders: readonly string[] | undefined;

  constructor(processes: Processes, { folder, path = process.env['PATH'] }: TrustedProgramsOptions) {
    this.#processes = processes;
    this.#given = path ?? '';
    const project = findProjectAbove(folder);
    this.#project = project === undefined ? undefined : resolveReal(project);
  }

  get path(): string {
    return this.#search().join(delimiter);
  }

  find(name: string): string | undefined {
    if (name.includes('/')) return name;
    return this.#search()
      .map((folder) => join(folder, name))
      .find((path) => isProgram(path) && this.#isTrusted(dirname(resolveReal(path) ?? path)));
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const [name = '', ...rest] = argv;
    const program = this.find(name);
    if (program === undefined) return { exitCode: 127, stdout: '', stderr: `${name}: not installed\n` };
    const env = { ...options.env, PATH: this.path };
    return this.#processes.run([program, ...rest], { cwd: '/', ...options, env });
  }

  #search(): readonly string[] {
    this.#folders ??= this.#given.split(delimiter).filter((folder) => {
      const real = isAbsolute(folder) ? resolveReal(folder) : undefined;
      return real !== undefined && this.#isTrusted(real);
    });
    return this.#folders;
  }

  /** False for a real path in any project, which a workspace may write. */
  #isTrusted(folder: string): boolean {
    const known = this.#inProject.get(folder);
    if (known !== undefined) return !known;
    const parent = dirname(folder);
    const inside =
      folder === this.#project ||
      existsSync(join(folder, 'devenv.yaml')) ||
      (parent !== folder && !this.#isTrusted(parent));
    this.#inProject.set(folder, inside);
    return !inside;
  }
}

function findProjectAbove(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'devenv.yaml'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

export function resolveReal(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
