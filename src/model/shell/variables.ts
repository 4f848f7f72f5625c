/** `NAME=value` for each variable, as engines and programs take it. */
export const printVariables = (variables: Readonly<Record<string, string>> | ReadonlyMap<string, string>): string[] =>
  [...(variables instanceof Map ? variables : Object.entries(variables))].map(([name, value]) => `${name}=${value}`);

/** Name → value of each `NAME=value`; of a name that appears twice, the last value. A name alone has an empty value. */
export const parseVariables = (entries: readonly string[]): Map<string, string> =>
  new Map(
    entries.map((entry) => {
      const name = nameOfVariable(entry);
      return [name, entry.slice(name.length + 1)];
    }),
  );

/** `NAME=value` → `NAME`. */
export const nameOfVariable = (entry: string): string => entry.split('=', 1)[0] ?? entry;
