import { isMap, type Keys } from '../../../model/json.ts';
import type { Value } from '../proposal.ts';
import type { Import } from './imported.ts';
import { substitute, type Names } from './substitute.ts';
import { quoteWords } from '../../../model/shell/quote-words.ts';

type Command = string | readonly string[] | { readonly [name: string]: string | readonly string[] };

/** Commands of the first start, in the order in which they run. */
const first = ['onCreateCommand', 'updateContentCommand', 'postCreateCommand'] as const;

/** The moments of a container's life as hooks. A new workspace runs `create` alone, so it has all commands of the first start. */
export function importHooks(into: Import, json: Keys, names: Names): void {
  const found = first.flatMap((field) => {
    const command = readCommand(into, field, json[field], names);
    return command === undefined ? [] : [{ field, command }];
  });
  const [only] = found;
  if (only !== undefined) {
    const all: Command = found.length === 1 ? only.command : found.map(({ command }) => toLine(command)).join(' && ');
    into.map(only.field, 'hooks.create', all);
    for (const { field } of found.slice(1)) into.refer(field, `hooks.create, after ${only.field}`);
  }
  const update = found.find(({ field }) => field === 'updateContentCommand');
  if (update !== undefined) into.map(update.field, 'hooks.update', update.command);
  for (const [field, path] of [
    ['postStartCommand', 'hooks.start'],
    ['postAttachCommand', 'hooks.attach'],
  ] as const) {
    const command = readCommand(into, field, json[field], names);
    if (command !== undefined) into.map(field, path, command);
  }
}

export function readCommand(into: Import, field: string, written: unknown, names: Names): Command | undefined {
  if (written === undefined || written === null || written === '') return undefined;
  if (typeof written === 'string') {
    const line = dropSafeDirectory(substitute(written, names));
    if (line === '') into.skip(field, 'git trusts the project in a workspace of devenv');
    return line === '' ? undefined : line;
  }
  if (isArgv(written)) return written.map((word) => substitute(word, names));
  const commands = Object.entries(isMap(written) ? written : {}).flatMap(([name, command]) => {
    const known = typeof command === 'string' ? dropSafeDirectory(command) : isArgv(command) ? command : undefined;
    return known === undefined || known === '' ? [] : [[nameHook(name), known] as const];
  });
  if (commands.length > 0) return Object.fromEntries(commands);
  into.lose(field, 'it is neither a command nor an object of commands');
  return undefined;
}

export const isArgv = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');

/** A grammatical name for a hook. */
const nameHook = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63) || 'command';

/** Without `git config --global --add safe.directory …`. */
const dropSafeDirectory = (line: string): string =>
  line
    .replace(/^\s*git config --global --add safe\.directory (?:"[^"]*"|'[^']*'|\S+)\s*(?:(?:&&|;)\s*|$)/, '')
    .replace(/&&\s*git config --global --add safe\.directory (?:"[^"]*"|'[^']*'|[^\s&;|]+)\s*$/, '')
    .trim();

/** One line for sh. Commands of an object, which run side by side, run one after the other. */
function toLine(command: Command): Value & string {
  if (typeof command === 'string') return isSimple(command) ? command : `{ ${command}\n}`;
  if (isArgv(command)) return quoteWords(command);
  return Object.values(command).map(toLine).join(' && ');
}

/** True for a line that `&&` may follow as it is. */
const isSimple = (line: string): boolean => /^[\w./~][^\n\\;&|#<>()]*$/.test(line);
