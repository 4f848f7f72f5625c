import { readFileSync } from 'node:fs';
import { Config } from '@oclif/core/config';

export interface OwnConfig extends Config {
  /** Changes with the program's code; absent if it runs from its source. */
  readonly build: string | undefined;
}

/**
 * The part of oclif's configuration that a command needs. `Config.load` also
 * searches plug-ins, commands, themes and hooks, which this program does not
 * have: .github/decisions/0002-start-up.md.
 */
export function createConfig(root: string, build?: string): OwnConfig {
  const config = new Config({ root });
  const pjson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Config['pjson'];
  return Object.assign(config, {
    root,
    build,
    pjson,
    name: pjson.name,
    version: pjson.version,
    bin: 'devenv',
    dirname: 'devenv',
    topicSeparator: ' ' as const,
    userAgent: `${pjson.name}/${pjson.version} ${process.platform}-${process.arch} node-${process.version}`,
    runHook: async () => ({ successes: [], failures: [] }),
  });
}
