import { Config } from '@oclif/core/config';

/** What start tells of the program that runs. */
export interface RunningProgram {
  readonly name: string;
  readonly version: string;
  /** Changes with the program's code. */
  readonly id: string;
  /** The words that start it: the executable, or Node and the file that it runs. */
  readonly words: readonly string[];
}

export interface OwnConfig extends Config {
  /** Changes with the program's code. */
  readonly build: string;
  /** The words that start the program. */
  readonly program: readonly string[];
}

/**
 * The part of oclif's configuration that a command needs. `Config.load` also
 * searches plug-ins, commands, themes and hooks, which this program does not
 * have: .github/decisions/0002-start-up.md.
 */
export function createConfig({ name, version, id, words }: RunningProgram): OwnConfig {
  const root = '/';
  const oclif = { bin: 'devenv', dirname: 'devenv', topicSeparator: ' ' as const };
  return Object.assign(new Config({ root }), {
    root,
    build: id,
    program: words,
    pjson: { name, version, oclif },
    name,
    version,
    ...oclif,
    userAgent: `${name}/${version} ${process.platform}-${process.arch} node-${process.version}`,
    runHook: async () => ({ successes: [], failures: [] }),
  });
}
