/** Made by scripts/build.ts from the files of this folder: a file `a/b.ts` is the command `a b`. */
declare module 'devenv:commands' {
  import type { BaseCommand } from './base-command.ts';

  export type CommandClass = typeof BaseCommand &
    (new (...input: ConstructorParameters<typeof BaseCommand>) => BaseCommand);

  /** Id (`snapshot:create`) → how to load the command. */
  export const commands: Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>>;
}
