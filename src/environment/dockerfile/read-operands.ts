/** `NAME`, `NAME=value`, `NAME value`, several of them. */
export function readPairs(rest: string): readonly (readonly [string, string | undefined])[] {
  const [, single, value] = /^([A-Za-z_][A-Za-z0-9_]*)\s+([^=]*)$/.exec(rest) ?? [];
  if (single !== undefined) return [[single, value]];
  const pair = /([A-Za-z_][A-Za-z0-9_]*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*))?/g;
  return [...rest.matchAll(pair)].map(([, name = '', text]) => [name, text?.replace(/^(["'])(.*)\1$/s, '$2')] as const);
}

/** The sources of COPY or ADD, without the destination, heredocs and web addresses. */
export function readPaths(rest: string, isAdd: boolean): readonly string[] {
  const paths = (readJsonList(rest) ?? rest.split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))).slice(
    0,
    -1,
  );
  const remote = /^(?:https?:\/\/|git:\/\/|git@)/;
  return paths.filter((path) => path !== '' && !path.startsWith('<<') && !(isAdd && remote.test(path)));
}

function readJsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
  } catch {
    return undefined;
  }
}

/** Docker takes paths as relative to the context, and none leads out of it. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
