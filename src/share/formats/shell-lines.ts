import { quoteWords } from '../../model/shell/quote-words.ts';
import type { CommandLine, Hook } from '../../model/workspace.ts';

/** A command as a line of sh. */
export const toLine = (command: CommandLine): string => (typeof command === 'string' ? command : quoteWords(command));

/**
 * The hooks of one moment as lines of sh, one after the other; the commands of
 * one hook run side by side. Each line fails if one of its commands does.
 */
export const toLines = (hooks: readonly Hook[]): readonly string[] =>
  hooks.map((hook) => {
    const commands = Object.values(hook).map(toLine);
    if (commands.length === 1) return commands[0] ?? '';
    // A shell for each: none can leave a quote or a bracket open for the next.
    const started = commands.map((command, index) => `${quoteWords(['sh', '-c', command])} & p${String(index)}=$!`);
    return `${started.join('; ')}; ${commands.map((_, index) => `wait "$p${String(index)}"`).join(' && ')}`;
  });
