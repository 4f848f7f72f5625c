import type { Command } from '@oclif/core/command';
import { commands } from 'devenv:commands';
import type { CommandClass } from './base-command.ts';
import type { NamedValue, ValueKind } from '../workspace/completion.ts';
import { groups } from './show-help.ts';
import { splitArguments } from './split-arguments.ts';

/** Kind of a project's value by the name of a flag or an argument. */
const kinds: Readonly<Record<string, ValueKind>> = {
  ...{
    '--name': 'workspace',
    '--from': 'workspace',
    service: 'service',
    version: 'version',
    before: 'version',
    after: 'version',
  },
  ...{ '--task': 'task', task: 'task', tool: 'item', number: 'snapshot' },
};

/** The words that may come next: `known` of the program itself, and a kind of value for the project to list. */
interface Completion {
  readonly known: readonly NamedValue[];
  readonly values?: ValueKind;
}

const nothing: Completion = { known: [] };

/** Completes the last of these words, which may be empty. */
export async function complete(words: readonly string[]): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const { rest } = splitArguments(words.slice(0, -1), new Set(['-C', '--project', '--engine']));
  const typed = rest[0] === 'help' ? rest.slice(1) : rest;
  const length = [2, 1].find(
    (count) => typed.length >= count && Object.hasOwn(commands, typed.slice(0, count).join(':')),
  );
  if (length === undefined) return { known: await listCommands(typed, current) };
  if (rest[0] === 'help') return nothing;
  const command = (await commands[typed.slice(0, length).join(':')]?.())?.default;
  return command === undefined ? nothing : completeOwn(command, typed.slice(length), current);
}

function completeOwn(command: CommandClass, typed: readonly string[], current: string): Completion {
  const flags = Object.entries<Command.Flag.Any>({ ...command.flags, ...command.baseFlags });
  const valued = new Map<string, Command.Flag.Any>();
  for (const [name, flag] of flags) {
    if (flag.type !== 'option') continue;
    valued.set(`--${name}`, flag);
    if (flag.char !== undefined) valued.set(`-${flag.char}`, flag);
  }
  const last = typed.at(-1) ?? '';
  const { rest } = splitArguments(typed, new Set(valued.keys()));
  if (command.passThrough && (typed.includes('--') || rest.length > 0)) return nothing;
  const flag = valued.get(last);
  if (flag !== undefined) {
    const options = flag.type === 'option' ? (flag.options ?? []) : [];
    const known = options.map((word) => ({ word, summary: '' }));
    const values = Object.hasOwn(kinds, last) ? kinds[last] : undefined;
    return { known: filter(known, current), ...(values !== undefined && { values }) };
  }
  if (current.startsWith('-')) {
    const names = flags.map(([name, { description }]) => ({ word: `--${name}`, summary: description ?? '' }));
    const json = { word: '--json', summary: 'Print one JSON document on stdout.' };
    return { known: filter([...names, ...(command.enableJsonFlag ? [json] : [])], current) };
  }
  const count = typed.filter((word, index) => !word.startsWith('-') && !valued.has(typed[index - 1] ?? '')).length;
  const [name = '', arg] = Object.entries<Command.Arg.Any>(command.args)[count] ?? [];
  const known = filter(
    (arg?.options ?? []).map((word) => ({ word, summary: '' })),
    current,
  );
  const values = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  return { known, ...(values !== undefined && { values }) };
}

/** Commands and topics in the order of the help; after a topic, its commands. */
async function listCommands(typed: readonly string[], current: string): Promise<readonly NamedValue[]> {
  const prefix = typed.map((word) => `${word} `).join('');
  const names = Object.values(groups)
    .flat()
    .filter((name) => name.startsWith(prefix));
  const words = new Map<string, string>();
  for (const name of names) {
    const [word = '', more] = name.slice(prefix.length).split(' ');
    const summary = more === undefined ? (await commands[name.replace(' ', ':')]?.())?.default.summary : `${word} …`;
    if (!words.has(word)) words.set(word, summary ?? '');
  }
  return filter(
    [...words].map(([word, summary]) => ({ word, summary })),
    current,
  );
}

const filter = (candidates: readonly NamedValue[], start: string): readonly NamedValue[] =>
  candidates.filter(({ word }) => word.startsWith(start));
