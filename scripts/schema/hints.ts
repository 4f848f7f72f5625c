interface Hint {
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly names?: string;
}

/** JSON pointer of each part of a schema, as validators print it → the words for its errors. */
export function collectHints(schema: unknown, pointer = '#'): Record<string, Hint> {
  if (typeof schema !== 'object' || schema === null) return {};
  const node = schema as Record<string, unknown>;
  const hints: Record<string, Hint> = {};
  if (typeof node['patternErrorMessage'] === 'string') hints[pointer] = { expected: node['patternErrorMessage'] };
  if (Array.isArray(node['enum'])) hints[pointer] = { expected: node['enum'].join(' or ') };
  if (typeof node['keyErrorMessage'] === 'string') hints[pointer] = { names: node['keyErrorMessage'] };
  else if (node['additionalProperties'] === false) {
    hints[pointer] = { keys: Object.keys((node['properties'] as object | undefined) ?? {}) };
  }
  for (const [key, value] of Object.entries(node)) {
    if (['default', 'examples', 'enum', 'const'].includes(key)) continue;
    Object.assign(hints, collectHints(value, `${pointer}/${escape(key)}`));
  }
  return hints;
}

/** As ajv writes its schema paths: JSON pointers whose parts are URI fragments. */
const escape = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
