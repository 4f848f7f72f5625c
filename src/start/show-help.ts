import type { Command } from '@oclif/core/command';
import { Config } from '@oclif/core/config';
import { boolean } from '@oclif/core/flags';
import { Help } from '@oclif/core/help';
import { commands } from 'devenv:commands';
import type { CommandClass } from './base-command.ts';
import { createConfig } from './create-config.ts';

const topics = [
  { name: 'snapshot', description: 'Create and restore local copies of a workspace with its data.' },
  { name: 'bundle', description: 'Copy versions as one file, for machines without a registry.' },
  { name: 'config', description: 'Print the schema of the configuration.' },
];

/** Prints oclif's help for the program, a topic or a command. Loads every command class. */
export async function showHelp(words: readonly string[], root: string): Promise<void> {
  const { pjson } = createConfig(root);
  const loaded = await Promise.all(
    Object.entries(commands).map(async ([id, load]) => describe(id, (await load()).default)),
  );
  const plugin = {
    ...{ name: pjson.name, alias: pjson.name, version: pjson.version, root, type: 'core', valid: true, isRoot: true },
    ...{ pjson, hooks: {}, commandIDs: Object.keys(commands), hasManifest: true, moduleType: 'module' as const },
    ...{ commands: loaded, topics: topics.filter(({ name }) => loaded.some(({ id }) => id.startsWith(`${name}:`))) },
  };
  const config = new Config({ root, plugins: new Map([[pjson.name, plugin as never]]) });
  await config.load();
  const help = new Help(config, { hideAliasesFromRoot: true, flagSortOrder: 'none' });
  await help.showHelp([...words]);
}

function describe(id: string, command: CommandClass): Command.Loadable {
  command.id = id;
  const json = boolean({ description: 'Print one JSON document on stdout.', helpGroup: 'GLOBAL' });
  const flags: Record<string, Command.Flag.Any> = {
    ...command.flags,
    ...command.baseFlags,
    ...(command.enableJsonFlag && { json }),
  };
  for (const [name, flag] of Object.entries(flags)) {
    // A computed default is not printed; the description mentions it.
    flags[name] = { ...flag, name, ...(typeof flag.default === 'function' && { default: undefined }) };
  }
  for (const [name, arg] of Object.entries<Command.Arg.Any>(command.args)) arg.name = name;
  return Object.assign(Object.create(command) as Command.Loadable, { id, flags, load: async () => command });
}
