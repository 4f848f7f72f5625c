import { resolve } from 'node:path';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import type * as Interfaces from '@oclif/core/interfaces';
import { DevenvError } from '../errors/devenv-error.ts';
import { nameWorkspace } from '../screen/name-workspace.ts';
import { sanitizeStyled } from '../screen/sanitize.ts';
import { writeJson } from '../screen/stringify-json.ts';
import type { Ports } from '../wire/wire.ts';
import type { OwnConfig } from './create-config.ts';
import { interruption } from './interruption.ts';
import { translateUsage } from './usage-error.ts';
import { ownWords } from './split-arguments.ts';

/** The current folder. Throws FILE_UNREADABLE if it was removed. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new DevenvError('FILE_UNREADABLE', 'The current folder was removed.', {
      hint: 'Change to another folder, and run the same command again.',
      cause,
    });
  }
}

/** Flags of every command. */
const baseFlags = {
  project: Flags.string({
    char: 'C',
    description: 'Project folder. Default: the current folder.',
    helpValue: 'FOLDER',
    helpGroup: 'GLOBAL',
    default: async () => currentFolder(),
    defaultHelp: async () => undefined,
    parse: async (folder) => resolve(currentFolder(), folder),
    noCacheDefault: true,
  }),
  engine: Flags.string({
    description: 'Address of the container engine, e.g. unix:///var/run/docker.sock.',
    helpValue: 'ADDRESS',
    helpGroup: 'GLOBAL',
  }),
  yes: Flags.boolean({ char: 'y', description: 'Answer yes to every question.', helpGroup: 'GLOBAL' }),
  quiet: Flags.boolean({ char: 'q', description: 'Print no progress.', helpGroup: 'GLOBAL', exclusive: ['verbose'] }),
  verbose: Flags.boolean({ description: 'Print more details, and stack traces of errors.', helpGroup: 'GLOBAL' }),
  'no-color': Flags.boolean({ description: 'Print without colours.', helpGroup: 'GLOBAL' }),
};

/** `project` is absolute. */
type GlobalFlags = Interfaces.InferredFlags<typeof baseFlags> & {
  readonly json?: boolean | undefined;
  readonly ci?: boolean;
};

/** A command as the command table holds it: concrete, other than BaseCommand. */
export type CommandClass = Pick<typeof BaseCommand, keyof typeof BaseCommand> &
  (new (...input: ConstructorParameters<typeof BaseCommand>) => BaseCommand);

/**
 * The base of all commands. `run()` parses flags, calls one use case with the
 * ports from `open(flags)`, prints for people with `this.log` (silent under
 * `--json`) and returns the document for `--json`. It throws to fail, and sets
 * `process.exitCode` if a result has an exit status other than 0.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = baseFlags;

  /** True if all words from the first argument on belong to another program: `devenv exec ls --help`. */
  static passThrough = false;

  /** True if the command prints until the reader closes stdout, which ends it. */
  static streams = false;

  /** True if the use case cleans up on the abort signal and ends by itself. Other commands end at once. */
  static tidies = false;

  #ports: Ports | undefined;

  /** Of `--name`: commands in notes, results and errors name it, too. */
  #workspace = 'main';

  abstract override run(): Promise<object | void>;

  /** The ports for these global flags. Loads the adapters. */
  protected async open(flags: GlobalFlags): Promise<Ports> {
    const { wire } = await import('../wire/wire.ts');
    this.#ports = wire({
      folder: flags.project,
      phrase: (note) => nameWorkspace(note, this.#workspace),
      ...(flags.engine !== undefined && { engine: flags.engine }),
      json: this.jsonEnabled(),
      yes: flags.yes,
      quiet: flags.quiet,
      verbose: flags.verbose,
      ci: flags.ci === true,
      color: !flags['no-color'],
      signal: interruption.signal,
      build: (this.config as OwnConfig).build,
    });
    return this.#ports;
  }

  /** Prints for people like `log`, through their pager if the text does not fit on the terminal. After `open`. */
  protected async page(text: string): Promise<void> {
    if (this.jsonEnabled()) return;
    const clean = sanitizeStyled(text);
    if (process.stdout.isTTY && this.#ports !== undefined) {
      const { pageOutput } = await import('../screen/terminal/page-output.ts');
      const { variables, processes } = this.#ports;
      const leaving = new AbortController();
      // Ctrl-C is for the pager, which stays.
      const stop = interruption.divert((name) => {
        if (name !== 'SIGINT') leaving.abort();
      });
      const site = { variables, processes, terminal: process.stdout, signal: leaving.signal };
      if (await pageOutput(clean, site).finally(stop)) return;
    }
    this.log(clean);
  }

  override log(text = ''): void {
    super.log(sanitizeStyled(nameWorkspace(text, this.#workspace)));
  }

  override jsonEnabled(): boolean {
    return ownWords(this.argv).includes('--json');
  }

  override logJson(document: unknown): void {
    writeJson(document, (piece) => process.stdout.write(piece));
  }

  /** main reports errors. */
  protected override async catch(error: Error): Promise<never> {
    throw error instanceof DevenvError ? error.rephrase((text) => nameWorkspace(text, this.#workspace)) : error;
  }

  /** Like oclif's, but every error is USAGE, and no argument comes from stdin: that is input for a program in the workspace. */
  protected override async parse<
    F extends Interfaces.OutputFlags<F>,
    B extends Interfaces.OutputFlags<B>,
    A extends Interfaces.OutputArgs<A>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    for (const arg of Object.values<{ ignoreStdin?: boolean }>(options?.args ?? this.ctor.args)) arg.ignoreStdin = true;
    try {
      const parsed = await super.parse(options, argv);
      const { name } = parsed.flags as { readonly name?: unknown };
      if (typeof name === 'string') this.#workspace = name;
      return parsed;
    } catch (error) {
      throw translateUsage(error as Error, this.id ?? '', this.ctor);
    }
  }

  /** Like oclif's, but `--json` always prints a document. */
  protected override async _run<T>(): Promise<T> {
    let failure: Error | undefined;
    try {
      await this.init();
      const document = await this.#runUntilInterrupted();
      if (this.jsonEnabled()) this.logJson(document ?? {});
      return document as T;
    } catch (error) {
      failure = error as Error;
      return await this.catch(failure);
    } finally {
      await this.finally(failure);
    }
  }

  /** oclif's loads `debug` and `tty` for a debug log: 4 ms of every start. */
  protected override async init(): Promise<void> {}

  protected override async finally(_failure?: Error): Promise<void> {
    // An interrupted command that does not clean up is not waited for: the process ends.
    if (interruption.received !== undefined && !(this.ctor as typeof BaseCommand).tidies) return;
    await this.#ports?.close();
  }

  async #runUntilInterrupted(): Promise<object | void> {
    const { tidies } = this.ctor as typeof BaseCommand;
    if (tidies) return this.run();
    return Promise.race([
      this.run(),
      new Promise<never>((_, fail) => {
        const leave = (): void => fail(new DevenvError('INTERRUPTED', 'Interrupted.'));
        interruption.signal.addEventListener('abort', leave, { once: true });
      }),
    ]);
  }

  /** Runs the command without the rest of oclif. */
  async execute(): Promise<void> {
    await this._run();
  }
}
