import { readFileSync } from 'node:fs';
import { Config } from '@oclif/core/config';

/**
 * What a command needs of oclif's configuration to run. oclif's own
 * `Config.load` also searches plug-ins, commands, themes and hooks, of which
 * this program has none: .github/decisions/0002-start-up.md.
 */
export function createConfig(root: string): Config {
  const config = new Config({ root });
  const pjson = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Config['pjson'];
  return Object.assign(config, {
    root,
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
