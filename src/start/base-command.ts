import { resolve } from 'node:path';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { DevenvError } from '../errors/devenv-error.ts';
import { writeJson } from '../screen/stringify-json.ts';
import type { Ports } from '../wire.ts';
import { interruption } from './interruption.ts';
import { isUsageFault, usageError } from './usage-error.ts';

/** Flags that every command takes. */
const baseFlags = {
  project: Flags.string({
    char: 'C',
    description: 'Project folder. Default: the current folder.',
    helpValue: 'FOLDER',
    helpGroup: 'GLOBAL',
    default: async () => process.cwd(),
    defaultHelp: async () => undefined,
    parse: async (folder) => resolve(folder),
    noCacheDefault: true,
  }),
  engine: Flags.string({
    description: 'Address of the container engine, e.g. unix:///var/run/docker.sock.',
    helpValue: 'ADDRESS',
    helpGroup: 'GLOBAL',
  }),
  yes: Flags.boolean({ char: 'y', description: 'Answer yes to every question.', helpGroup: 'GLOBAL' }),
  verbose: Flags.boolean({ description: 'Print more details, and stack traces of errors.', helpGroup: 'GLOBAL' }),
  'no-color': Flags.boolean({ description: 'Print without colours.', helpGroup: 'GLOBAL' }),
};

export interface GlobalFlags {
  /** Absolute. */
  readonly project: string;
  readonly engine?: string | undefined;
  readonly yes: boolean;
  readonly verbose: boolean;
  readonly 'no-color': boolean;
  readonly json?: boolean | undefined;
}

/**
 * What the commands share. A command's `run()` parses its flags, calls one
 * use case with the ports from `open(flags)`, prints for people with
 * `this.log` (silent under `--json`) and returns the document that `--json`
 * prints. It throws to fail; where a result itself asks for another exit
 * status than 0, it sets `process.exitCode`.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = baseFlags;

  /**
   * True where everything from the first argument on belongs to another
   * program: `devenv exec ls --help` asks `ls` for help.
   */
  static passThrough = false;

  /** True where output goes on for as long as somebody reads it: a reader who leaves ends the command. */
  static streams = false;

  /**
   * True where the first signal must leave time to tidy up: the use case gets
   * the abort signal and ends by itself. Others are left at once.
   */
  static tidies = false;

  #ports: Ports | undefined;

  abstract override run(): Promise<object | void>;

  /** Aborted when the person or the system asks this process to stop. */
  protected get signal(): AbortSignal {
    return interruption.signal;
  }

  /** The world, as the global flags want it. Adapters are loaded here and not before. */
  protected async open(flags: GlobalFlags): Promise<Ports> {
    const { wire } = await import('../wire.ts');
    this.#ports = wire({
      folder: flags.project,
      ...(flags.engine !== undefined && { engine: flags.engine }),
      json: this.jsonEnabled(),
      yes: flags.yes,
      verbose: flags.verbose,
      color: !flags['no-color'],
      signal: this.signal,
    });
    return this.#ports;
  }

  override jsonEnabled(): boolean {
    const end = this.argv.indexOf('--');
    return (end === -1 ? this.argv : this.argv.slice(0, end)).includes('--json');
  }

  override logJson(document: unknown): void {
    writeJson(document, (piece) => process.stdout.write(piece));
  }

  /** Errors are main's to show: in one place, one form for people and one for programs. */
  protected override async catch(error: Error): Promise<never> {
    throw isUsageFault(error) ? usageError(error, this.id ?? '', this.ctor) : error;
  }

  /** As oclif's own, except that `--json` gives a document even when there is nothing to say. */
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

  /** oclif's own only logs what nobody reads, and loads `debug` and `tty` for it: 4 ms of every start. */
  protected override async init(): Promise<void> {}

  protected override async finally(_failure?: Error): Promise<void> {
    // What is left at once is not waited for either; the process ends, and with it what it holds.
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
        this.signal.addEventListener('abort', leave, { once: true });
      }),
    ]);
  }

  /** Runs without loading the whole of oclif: main knows already which command it is. */
  async execute(): Promise<void> {
    await this._run();
  }
}
