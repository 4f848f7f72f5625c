/** Adds variables to those of an image, `NAME=value`. `$NAME`, `${NAME}` and `${containerEnv:NAME}` refer to what is there before. */
export function extendEnv(env: readonly string[], added: Readonly<Record<string, string>>): readonly string[] {
  const known = new Map(env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const before = new Map(known);
  for (const [name, value] of Object.entries(added)) {
    const expanded = value.replace(
      /\$(?:\{(?:containerEnv:)?(\w+)(?::-([^}]*))?\}|(\w+))/g,
      (_, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) =>
        before.get(braced ?? bare ?? '') ?? otherwise ?? '',
    );
    known.set(name, expanded);
  }
  return [...known].map(([name, value]) => `${name}=${value}`);
}
