/** Made by scripts/command-table.ts from the files of this folder: a file `a/b.ts` is the command `a b`. */
declare module 'devenv:commands' {
  type CommandClass = import('./command-class.ts').CommandClass;

  /** Id (`snapshot:create`) → how to load the command. */
  export const commands: Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>>;
}
