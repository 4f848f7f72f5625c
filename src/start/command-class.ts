import type { BaseCommand } from './base-command.ts';

/** A command as the command table holds it: one that can be made, other than its abstract base. */
export type CommandClass = Pick<typeof BaseCommand, keyof typeof BaseCommand> &
  (new (...input: ConstructorParameters<typeof BaseCommand>) => BaseCommand);
